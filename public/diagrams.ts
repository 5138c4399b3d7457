import mermaid from "mermaid"

/**
 * Runs in a frame without an origin, which may load nothing but this script. What stands in a diagram is anybody's text:
 * whatever it brings about stays in here, and what goes out is a picture as text.
 */
const settings = {
  startOnLoad: false,
  securityLevel: "strict" as const,
  suppressErrorRendering: true,
  // Texts of HTML would be measured here and shown there, where they are drawn by other rules.
  htmlLabels: false,
  fontFamily: "system-ui, sans-serif",
  maxTextSize: 20_000,
  maxEdges: 500,
  layout: "dagre",
  // What a diagram's own settings may not change: the limits, and what is not here or would not be seen in an image.
  secure: [
    ...["secure", "securityLevel", "startOnLoad", "maxTextSize", "suppressErrorRendering", "maxEdges"],
    ...["layout", "htmlLabels", "fontFamily"],
  ],
}

interface Asked {
  id: number
  source: string
  dark: boolean
}

addEventListener("message", ({ source, data }: MessageEvent<Asked>) => {
  if (source !== parent) return
  draw(data).then(
    (picture) => tell({ id: data.id, ...picture }),
    (error: unknown) => tell({ id: data.id, error: String(error instanceof Error ? error.message : error) }),
  )
})

/** Only pages of ours can have this frame. */
const tell = (message: object) => parent.postMessage(message, "*")

async function draw({ source, dark }: Asked) {
  mermaid.initialize({ ...settings, theme: dark ? "dark" : "default" })
  const { svg: markup } = await mermaid.render("diagram", source)
  const svg = new DOMParser().parseFromString(markup, "text/html").querySelector("svg")
  if (svg === null) throw new Error("nothing was drawn")
  const { width, height } = svg.viewBox.baseVal
  svg.setAttribute("width", String(Math.ceil(width)))
  svg.setAttribute("height", String(Math.ceil(height)))
  svg.style.removeProperty("max-width")
  const title = svg.querySelector(":scope > title")?.textContent ?? ""
  return { svg: new XMLSerializer().serializeToString(svg), width, height, title }
}

tell({ ready: true })
