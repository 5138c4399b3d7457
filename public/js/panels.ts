/** On a narrow window the tab of the panel one looks at stands in sight. */
export function startPanels() {
  document.querySelector(".panel-tabs [aria-selected='true']")?.scrollIntoView({ inline: "center", block: "nearest" })
}
