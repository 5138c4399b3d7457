import { byId } from "./page.ts"

/** How long the drawing program may take to come, and how long one diagram, milliseconds. */
const [loadMs, drawMs] = [30_000, 5_000]
/** Characters of a diagram, of a picture, and diagrams of one page. */
const [mostSource, mostPicture, mostDiagrams] = [20_000, 2_000_000, 100]

type Drawn = { url: string; width: number; height: number; title: string } | { why: string }

/**
 * Mermaid draws in a frame without an origin and hands back a picture, which is shown as an image: there it runs nothing
 * and loads nothing. Whatever goes wrong, the source stays.
 */
export function startDiagrams() {
  const words = byId("diagram-words")?.dataset
  if (words?.["frame"] === undefined) return
  const { frame = "", picture = "", source = "", wrong = "", slow = "", large = "" } = words
  const darkness = window.matchMedia("(prefers-color-scheme: dark)")
  const results = new Map<string, Drawn>()
  const waiting: string[] = []
  const draw = createDrawing({ frame, wrong, slow })
  let busy = false

  /** A block that still grows is not looked at; one that was put back to its source is drawn again from memory. */
  function look() {
    const theme = isDark(darkness) ? "dark" : "light"
    for (const figure of document.querySelectorAll<HTMLElement>("figure.diagram:not(.tail *)")) {
      if (figure.dataset["drawn"] === theme) continue
      const text = figure.querySelector("pre")?.textContent ?? ""
      const key = `${theme}:${text}`
      const drawn = results.get(key)
      if (drawn) {
        figure.dataset["drawn"] = theme
        show(figure, drawn)
      } else if (text.length > mostSource || results.size >= mostDiagrams) results.set(key, { why: large })
      else if (!waiting.includes(key)) waiting.push(key)
    }
    if (!busy && waiting.length > 0) void drawAll()
  }

  async function drawAll() {
    busy = true
    for (let key = waiting[0]; key !== undefined; key = waiting[0]) {
      const theme = key.slice(0, key.indexOf(":"))
      results.set(key, await draw(key.slice(theme.length + 1), theme === "dark"))
      waiting.shift()
      look()
    }
    busy = false
  }

  function show(figure: HTMLElement, drawn: Drawn) {
    const pre = figure.querySelector("pre")
    if (pre === null) return
    if ("why" in drawn) return sayWhy(figure, drawn.why)
    figure.querySelector("figcaption .hint")?.remove()
    const image = figure.querySelector<HTMLImageElement>(".diagram-picture img") ?? withFold(pre, source)
    Object.assign(image, { src: drawn.url, width: Math.ceil(drawn.width), height: Math.ceil(drawn.height) })
    image.alt = drawn.title === "" ? picture : `${picture}: ${drawn.title}`
  }

  look()
  // Before anything is laid out: an answer that is shown anew as a whole is as high as it was.
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
  darkness.addEventListener("change", look)
}

const isDark = (darkness: MediaQueryList) => {
  const theme = document.documentElement.dataset["theme"]
  return theme === "dark" || (theme !== "light" && darkness.matches)
}

/** The picture goes before the source, and the source behind a fold. */
function withFold(pre: HTMLElement, words: string): HTMLImageElement {
  const [box, image, fold, summary] = [make("div"), make("img"), make("details"), make("summary")]
  box.className = "diagram-picture"
  box.tabIndex = 0
  box.append(image)
  summary.textContent = words
  pre.replaceWith(box, fold)
  fold.append(summary, pre)
  return image
}

const make = <Name extends keyof HTMLElementTagNameMap>(name: Name) => document.createElement(name)

function sayWhy(figure: HTMLElement, why: string) {
  const caption = figure.querySelector("figcaption")
  const line = caption?.querySelector(".hint") ?? make("span")
  line.className = "hint"
  line.setAttribute("role", "status")
  line.textContent = why
  caption?.querySelector(".cut")?.after(line)
}

interface Needs {
  /** The address of the frame. */
  frame: string
  wrong: string
  slow: string
}

/** One diagram after the other in one frame, which is thrown away when it does not answer. */
function createDrawing({ frame: address, wrong, slow }: Needs) {
  let frame: Promise<HTMLIFrameElement> | undefined
  let asked = 0

  return async function draw(source: string, dark: boolean): Promise<Drawn> {
    frame ??= openFrame(address)
    const opened = await frame.catch(() => undefined)
    if (!opened?.contentWindow) return { why: wrong }
    const id = ++asked
    const answer = answerOf(opened, drawMs, (data) => data["id"] === id)
    opened.contentWindow.postMessage({ id, source, dark }, "*")
    const data = await answer
    if (data !== undefined) return pictureIn(data, wrong)
    opened.remove()
    frame = undefined
    return { why: slow }
  }
}

async function openFrame(address: string): Promise<HTMLIFrameElement> {
  document.adoptedStyleSheets.push(await new CSSStyleSheet().replace(look))
  const frame = make("iframe")
  frame.className = "diagram-frame"
  frame.setAttribute("sandbox", "allow-scripts")
  frame.setAttribute("aria-hidden", "true")
  frame.tabIndex = -1
  frame.src = address
  const ready = answerOf(frame, loadMs, (data) => data["ready"] === true)
  document.body.append(frame)
  if ((await ready) === undefined) throw new Error("the frame did not load")
  return frame
}

/** What the frame says next that fits; nobody else is listened to. */
function answerOf(frame: HTMLIFrameElement, ms: number, fits: (data: Record<string, unknown>) => boolean) {
  const { promise, resolve } = Promise.withResolvers<Record<string, unknown> | undefined>()
  const listen = ({ source, origin, data }: MessageEvent<unknown>) => {
    if (source !== frame.contentWindow || origin !== "null") return
    if (typeof data === "object" && data !== null && fits({ ...data })) resolve({ ...data })
  }
  const timer = window.setTimeout(() => resolve(undefined), ms)
  window.addEventListener("message", listen)
  return promise.finally(() => {
    window.clearTimeout(timer)
    window.removeEventListener("message", listen)
  })
}

async function pictureIn(data: Record<string, unknown>, wrong: string): Promise<Drawn> {
  const { svg, width, height, title, error } = data
  if (typeof error === "string") return { why: `${wrong} ${firstLine(error)}`.trim() }
  if (typeof svg !== "string" || svg.length > mostPicture || !isSize(width) || !isSize(height)) return { why: wrong }
  const url = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.toWellFormed())}`
  const image = make("img")
  image.src = url
  const isPicture = await image.decode().then(
    () => true,
    () => false,
  )
  return isPicture ? { url, width, height, title: typeof title === "string" ? firstLine(title) : "" } : { why: wrong }
}

const isSize = (value: unknown): value is number => typeof value === "number" && value >= 0 && value < 100_000

const firstLine = (text: string) => (text.split("\n", 1)[0] ?? "").slice(0, 200).replace(/[:\s]+$/, "")

/** Comes with the first diagram. The frame is as wide as a page, because some diagrams take all the room there is. */
const look = `
.diagram-frame { position: fixed; inset: 0 auto auto 0; inline-size: 800px; block-size: 600px; border: 0; visibility: hidden; pointer-events: none }
.diagram-picture { padding: 4px 12px 12px; overflow: auto; text-align: center }
.diagram-picture img { max-inline-size: max(100%, 36rem); block-size: auto; vertical-align: top }
.diagram figcaption { gap: 12px }
.diagram .cut { flex: none }
.diagram .hint { flex: 1; overflow-wrap: anywhere }
.diagram summary { padding: 6px 12px; color: var(--text-faint); font-size: 0.75rem; cursor: pointer }
@media (max-width: 719px) { .diagram summary { padding-block: 14px } }
`
