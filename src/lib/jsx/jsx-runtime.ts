/// <reference path="../../../node_modules/@kitajs/html/jsx.d.ts" />
import { SafeHtml } from "./safe-html.ts"

/** What may stand between two tags. Strings are escaped; SafeHtml is not. */
export type Child = SafeHtml | string | number | boolean | null | undefined | readonly Child[]

type Props = { children?: Child } & Record<string, unknown>
type Component = (props: never) => SafeHtml | null

type KitaElements = globalThis.JSX.IntrinsicElements
type Attributes<T> = Omit<T, "children" | "key" | "safe"> & { children?: Child }

export namespace JSX {
  export type Element = SafeHtml | null
  export interface ElementChildrenAttribute {
    children: unknown
  }
  export interface IntrinsicAttributes {
    key?: string | number
  }
  export type IntrinsicElements = { [K in keyof KitaElements]: Attributes<KitaElements[K]> } & {
    [custom: `hx-${string}`]: Record<string, unknown>
  }
}

const voidTags = new Set("area base br col embed hr img input link meta param source track wbr".split(" "))
const tagName = /^[a-zA-Z][\w:-]*$/
const attributeName = /^[^\s"'<>/=\u0000-\u001f]+$/

/** Turns one JSX element into markup. Every string, in text and in attributes, is escaped. */
export function jsx(tag: string | Component, props: Props): SafeHtml | null {
  if (typeof tag === "function") return tag(props as never)
  if (!tagName.test(tag)) throw new Error(`not a tag name: ${JSON.stringify(tag)}`)
  const { children, ...attributes } = props
  const open = `<${tag}${printAttributes(attributes)}>`
  if (voidTags.has(tag)) return new SafeHtml(open)
  return new SafeHtml(`${open}${printChild(children)}</${tag}>`)
}

export const jsxs = jsx
export const jsxDEV = jsx

export function Fragment({ children }: { children?: Child }): SafeHtml {
  return new SafeHtml(printChild(children))
}

function printChild(child: Child): string {
  if (child === null || child === undefined || typeof child === "boolean") return ""
  if (child instanceof SafeHtml) return child.toString()
  if (typeof child === "string") return Bun.escapeHTML(child)
  if (typeof child === "number") return String(child)
  let text = ""
  for (const one of child) text += printChild(one)
  return text
}

function printAttributes(attributes: Record<string, unknown>): string {
  let text = ""
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue
    if (!attributeName.test(name)) throw new Error(`not an attribute name: ${JSON.stringify(name)}`)
    if (value === true) text += ` ${name}`
    else text += ` ${name}="${Bun.escapeHTML(printValue(name, value))}"`
  }
  return text
}

function printValue(name: string, value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value)
  if (name === "class" && Array.isArray(value)) return value.filter(Boolean).join(" ")
  throw new Error(`attribute ${name} takes a string, number or boolean`)
}
