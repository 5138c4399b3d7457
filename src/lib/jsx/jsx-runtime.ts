/// <reference path="../../../node_modules/@kitajs/html/jsx.d.ts" />
import { remembered } from "./remembered.ts"
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
// The names in our views are few: each is looked at once.
const isTagName = remembered((name) => /^[a-zA-Z][\w:-]*$/.test(name))
const isAttributeName = remembered((name) => /^[^\s"'<>/=\u0000-\u001f]+$/.test(name))

/** Turns one JSX element into markup. Every string, in text and in attributes, is escaped. */
export function jsx(tag: string | Component, props: Props): SafeHtml | null {
  if (typeof tag === "function") return tag(props as never)
  if (!isTagName(tag)) throw new Error(`not a tag name: ${JSON.stringify(tag)}`)
  const open = `<${tag}${printAttributes(props)}>`
  if (voidTags.has(tag)) return new SafeHtml(open)
  return new SafeHtml(`${open}${printChild(props.children)}</${tag}>`)
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

function printAttributes(props: Props): string {
  let text = ""
  for (const name of Object.keys(props)) {
    const value = props[name]
    if (name === "children" || value === false || value === null || value === undefined) continue
    if (!isAttributeName(name)) throw new Error(`not an attribute name: ${JSON.stringify(name)}`)
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
