import { raw, type SafeHtml } from "./jsx/safe-html.ts"

/**
 * Terminal output as markup: colours and weights (SGR, ECMA-48) become class names `ansi-…`, every other control
 * sequence is dropped, a carriage return starts its line again, characters that turn text around are shown by their number,
 * the rest is escaped text.
 */
export function renderAnsi(text: string): SafeHtml {
  let html = ""
  let style: Style = {}
  for (const piece of overwritten(text).split(/(\u001b\[[0-9;:]*m)/)) {
    const codes = /^\u001b\[([0-9;:]*)m$/.exec(piece)
    if (codes) style = restyle(style, codes[1] ?? "")
    else html += span(Bun.escapeHTML(withoutControls(piece)), style)
  }
  return raw(html)
}

interface Style {
  bold?: boolean
  faint?: boolean
  italic?: boolean
  underline?: boolean
  inverse?: boolean
  /** 0–7 normal, 8–15 bright. Colours beyond those are shown as the nearest of them. */
  colour?: number
  ground?: number
}

const operatingSystemCommand = /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)/g
const otherSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])?/g
// oxlint-disable-next-line no-control-regex -- these are the characters to drop
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** What would show the text around it in another order, so that it reads otherwise than it is. */
const turner = /[\u202a-\u202e\u2066-\u2069]/g
const numbered = (character: string) => `\\u${character.charCodeAt(0).toString(16)}`

const withoutControls = (text: string) =>
  text.replace(operatingSystemCommand, "").replace(otherSequence, "").replace(control, "").replace(turner, numbered)

/** The same as text alone. */
export const plainAnsi = (text: string): string => withoutControls(overwritten(text).replace(/\u001b\[[0-9;:]*m/g, ""))

/** Progress bars write the same line many times: only its last state is kept, as on a screen. One pass over any text. */
function overwritten(text: string): string {
  const plain = text.replace(operatingSystemCommand, "")
  return plain.includes("\r") ? plain.split("\n").map(lastState).join("\n") : plain
}

function lastState(line: string): string {
  let end = line.length
  while (line[end - 1] === "\r") end--
  const at = line.lastIndexOf("\r", end - 1)
  if (end === 0 || at < 0) return line.slice(0, end)
  const styles = line.slice(0, at).match(/\u001b\[[0-9;:]*m/g) ?? []
  return styles.join("") + line.slice(at + 1, end)
}

function restyle(style: Style, codes: string): Style {
  let next = { ...style }
  const list = codes.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)))
  for (let at = 0; at < list.length; at++) {
    const code = list[at] ?? 0
    if (code === 38 || code === 48) {
      const { colour, used } = extended(list.slice(at + 1))
      next = code === 38 ? { ...next, colour } : { ...next, ground: colour }
      at += used
    } else next = apply(next, code)
  }
  return next
}

function apply(style: Style, code: number): Style {
  if (code === 0) return {}
  const flags: Record<number, Style> = {
    1: { bold: true },
    2: { faint: true },
    3: { italic: true },
    4: { underline: true },
    7: { inverse: true },
    22: { bold: false, faint: false },
    23: { italic: false },
    24: { underline: false },
    27: { inverse: false },
    39: { colour: undefined },
    49: { ground: undefined },
  }
  const flag = flags[code]
  if (flag !== undefined) return { ...style, ...flag }
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 }
  if (code >= 90 && code <= 97) return { ...style, colour: code - 82 }
  if (code >= 40 && code <= 47) return { ...style, ground: code - 40 }
  if (code >= 100 && code <= 107) return { ...style, ground: code - 92 }
  return style
}

/** `5;n` (256 colours) and `2;r;g;b`, brought to the nearest of sixteen. */
function extended([kind, ...rest]: number[]): { colour?: number; used: number } {
  if (kind === 5) return { colour: indexed(rest[0] ?? 0), used: 2 }
  if (kind !== 2) return { used: 1 }
  const [red = 0, green = 0, blue = 0] = rest
  return { colour: nearest(red, green, blue), used: 4 }
}

function indexed(code: number): number {
  if (code < 16) return code
  if (code >= 232) return code < 244 ? 8 : 7
  const cube = code - 16
  const level = (part: number) => (part % 6) * 51
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6)), level(cube))
}

function nearest(red: number, green: number, blue: number): number {
  const strongest = Math.max(red, green, blue)
  const bit = (value: number) => (value > strongest * 0.6 && value > 60 ? 1 : 0)
  return bit(red) + 2 * bit(green) + 4 * bit(blue) + (strongest > 180 ? 8 : 0)
}

function span(text: string, style: Style): string {
  const names = [
    style.bold && "ansi-bold",
    style.faint && "ansi-faint",
    style.italic && "ansi-italic",
    style.underline && "ansi-underline",
    style.inverse && "ansi-inverse",
    style.colour !== undefined && `ansi-fg-${style.colour & 15}`,
    style.ground !== undefined && `ansi-bg-${style.ground & 15}`,
  ].filter((name) => typeof name === "string")
  return text === "" || names.length === 0 ? text : `<span class="${names.join(" ")}">${text}</span>`
}
