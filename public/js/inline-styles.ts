/**
 * The emulator and the editor write style elements and style attributes, which the page's policy forbids to markup. Both
 * go into adopted sheets and into the elements' style objects instead, so that no inline style has to be allowed.
 */
export function openWithoutInlineStyle<T>(open: () => T): T {
  const setAttribute = Element.prototype.setAttribute
  Element.prototype.setAttribute = function (name: string, value: string) {
    if (name === "style" && this instanceof HTMLElement) this.style.cssText = value
    else setAttribute.call(this, name, value)
  }
  const create = document.createElement.bind(document)
  document.createElement = (name: string, options?: ElementCreationOptions) =>
    name === "style" ? adoptedStyle(create("template")) : create(name, options)
  const opened = open()
  document.createElement = create
  return opened
}

/** Stands where a style element would, which the browser complains about even while it is empty. */
function adoptedStyle(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet()
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  Object.defineProperty(element, "textContent", { set: (text: string) => sheet.replaceSync(text) })
  return element
}
