/** A press on a line's number comments that line; without script the part's own link leads to the same form. */
export function startChanges(): void {
  document.addEventListener("click", (event) => {
    const number = event.target instanceof Element ? event.target.closest("td.diff-number[data-line]") : null
    const link = number?.closest(".hunk")?.querySelector<HTMLAnchorElement>("a[data-comment]")
    if (!number || !link) return
    const address = new URL(link.href)
    address.searchParams.set("line", number.getAttribute("data-line") ?? "1")
    if (number.closest("tr.diff-removed, td.diff-removed")) address.searchParams.set("side", "old")
    location.assign(address)
  })
}
