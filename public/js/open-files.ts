/** The files that somebody has open in a loop, as tabs. */
export function startOpenFiles(): void {
  const strip = document.querySelector<HTMLElement>("[data-open-files]")
  if (strip) showTabs(strip)
}

interface OpenFile {
  path: string
  name: string
  url: string
}

const mostOpen = 12
const keyFor = (strip: HTMLElement) => `loopat:open-files:${strip.dataset["openFiles"] ?? ""}`

function showTabs(strip: HTMLElement): void {
  const { path = "", name = "", url = "", gone } = strip.dataset
  const known = readOpen(strip).filter((file) => file.path !== gone)
  const current = path === "" ? undefined : { path, name, url }
  const place = known.findIndex((file) => file.path === path)
  if (current && place >= 0) known[place] = current
  else if (current) known.push(current)
  keep(strip, known.slice(-mostOpen))
  draw(strip, path)
}

function draw(strip: HTMLElement, path: string): void {
  const files = readOpen(strip)
  strip.hidden = files.length === 0
  strip.replaceChildren(...files.map((file) => tabOf(strip, file, file.path === path)))
}

function tabOf(strip: HTMLElement, file: OpenFile, isCurrent: boolean): HTMLElement {
  const tab = document.createElement("span")
  tab.className = "inner-tab"
  const link = document.createElement("a")
  link.href = file.url
  link.title = file.path
  link.textContent = file.name
  link.className = "cut"
  if (isCurrent) {
    tab.classList.add("is-current")
    link.setAttribute("aria-current", "page")
  }
  const close = document.createElement("button")
  close.type = "button"
  close.textContent = "×"
  close.ariaLabel = (strip.dataset["close"] ?? "").replace("…", file.name)
  close.addEventListener("click", () => closeTab(strip, file, isCurrent))
  tab.append(link, close)
  return tab
}

/** The one beside it is shown, or the folder when it was the last. */
function closeTab(strip: HTMLElement, { path }: OpenFile, isCurrent: boolean): void {
  const files = readOpen(strip)
  const at = files.findIndex((file) => file.path === path)
  const next = files[at + 1] ?? files[at - 1]
  keep(
    strip,
    files.filter((file) => file.path !== path),
  )
  if (!isCurrent) return draw(strip, strip.dataset["path"] ?? "")
  location.assign(next?.url ?? strip.dataset["folder"] ?? location.pathname)
}

const keep = (strip: HTMLElement, files: readonly OpenFile[]) =>
  localStorage.setItem(keyFor(strip), JSON.stringify(files))

/** Only addresses of our own: what is kept in a browser could have been written by anything that ran there. */
function readOpen(strip: HTMLElement): OpenFile[] {
  const kept: unknown = parsed(localStorage.getItem(keyFor(strip)) ?? "[]")
  return Array.isArray(kept) ? kept.filter(isOpenFile) : []
}

function isOpenFile(value: unknown): value is OpenFile {
  if (typeof value !== "object" || value === null) return false
  const texts = ["path", "name", "url"].map((key) => Reflect.get(value, key))
  return texts.every((text) => typeof text === "string") && /^\/(?!\/)/.test(String(texts[2]))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
