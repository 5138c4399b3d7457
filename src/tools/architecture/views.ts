import type { Rule } from "../rule.ts"
import { dotted, enclosing, leadingText, type Placed } from "../source.ts"
import { layerOf } from "./features.ts"

const isView = (path: string) => layerOf(path) === "views"
const spoken = new Set(["alt", "title", "placeholder", "label", "aria-label", "aria-description", "content"])
const hasLetters = (text: string) => /\p{L}/u.test(text.replace(/&\w+;/g, ""))

export const viewRules: Rule[] = [
  {
    name: "view-is-pure",
    keeps: "style 20, invariant 7",
    instead: "let the route fetch it and pass it in as a plain prop",
    covers: isView,
    find: (source) => [
      ...source.of("AwaitExpression").map(({ node }) => ({ at: node.start, what: "a view waits" })),
      ...source
        .of("FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression")
        .filter(({ node }) => node.async)
        .map(({ node }) => ({ at: node.start, what: "a view is async" })),
      ...source.imports
        .filter(({ from }) => !from.startsWith("."))
        .map(({ at, from }) => ({ at, what: `a view imports ${from}` })),
      ...source
        .of("Identifier")
        .filter((placed) => ["Bun", "process", "fetch", "globalThis"].includes(placed.node.name) && isFree(placed))
        .map(({ node }) => ({ at: node.start, what: `a view reaches for ${node.name}` })),
    ],
  },
  {
    name: "view-urls",
    keeps: "style 12",
    instead: "build the address with lib/urls.ts",
    covers: isView,
    find: (source) =>
      source
        .of("Literal", "TemplateLiteral")
        .filter((placed) => isAddress(placed))
        .map(({ node }) => ({ at: node.start, what: `the address ${leadingText(node)} is written by hand` })),
  },
  {
    name: "view-words",
    keeps: "the words of a page live in lib/i18n",
    instead: "take the sentence from the area's dictionary, in every language",
    covers: isView,
    find: (source) => [
      ...source
        .of("JSXText")
        .filter((placed) => hasLetters(placed.node.value) && placed.node.value.trim() !== "loopat" && !isCode(placed))
        .map(({ node }) => ({ at: node.start, what: `the words "${node.value.trim().slice(0, 40)}" stand in a view` })),
      ...source
        .of("JSXAttribute")
        .filter(({ node }) => node.name.type === "JSXIdentifier" && spoken.has(node.name.name))
        .filter(
          ({ node }) => node.value?.type === "Literal" && hasLetters(node.value.value) && !isMeta(source.text, node),
        )
        .map(({ node }) => ({ at: node.start, what: "the words of an attribute stand in a view" })),
    ],
  },
  {
    name: "view-script",
    keeps: "style 19",
    instead: "name an Alpine component of public/ and pass text in a data attribute",
    covers: isView,
    find: (source) =>
      source
        .of("JSXAttribute")
        .filter(
          ({ node }) => node.name.type === "JSXIdentifier" && /^(x-data|x-init|on[a-z]+|style)$/.test(node.name.name),
        )
        .filter(
          ({ node }) =>
            node.value?.type === "JSXExpressionContainer" && node.value.expression.type === "TemplateLiteral",
        )
        .filter(({ node }) => source.text.slice(node.start, node.end).includes("${"))
        .map(({ node }) => ({ at: node.start, what: "script or style is built from text" })),
  },
]

/** Text of `<code>` and `<kbd>` is what a machine reads, the same in every language. */
const isCode = (placed: Placed) => {
  const element = enclosing(placed, "JSXElement")
  return element !== undefined && ["code", "kbd"].includes(nameOf(element.node))
}

function nameOf(element: { openingElement: { name: { type: string; name?: unknown } } }): string {
  return typeof element.openingElement.name.name === "string" ? element.openingElement.name.name : ""
}

/** `content` of a `<meta>` that browsers, not people, read. */
const isMeta = (text: string, node: { start: number }) =>
  text.slice(text.lastIndexOf("<", node.start), node.start).startsWith("<meta")

function isFree(placed: Placed): boolean {
  const { parent, node } = placed
  if (parent?.node.type === "MemberExpression") return parent.node.object === node
  return parent?.node.type === "CallExpression" && dotted(parent.node.callee) === dotted(node)
}

/** A lone slash is a key or a separator, unless an attribute takes it as an address. */
function isAddress({ node, parent }: Placed): boolean {
  const text = leadingText(node)
  if (text !== "/") return text?.startsWith("/") === true
  const attribute = parent?.node.type === "JSXAttribute" ? parent.node.name : undefined
  return attribute?.type === "JSXIdentifier" && /^(href|action|src|hx-(get|post|put|delete))$/.test(attribute.name)
}
