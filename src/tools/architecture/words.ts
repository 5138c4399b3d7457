import { basename } from "node:path"
import type { Rule, Sighting } from "../rule.ts"
import { type Of, type Placed, type Source } from "../source.ts"
import { isProduct } from "./features.ts"

const vague = /^(utils?|helpers?|managers?|services?)$/i
const vagueVerb = /^(handle|process)$/
const vagueNoun = /^(data|info)$/i

/** Words of a name: `readLoopInfo` and `read-loop-info` are three. */
const wordsOf = (name: string): string[] => name.split(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/).filter(Boolean)

function whyVague(name: string): string | undefined {
  const words = wordsOf(name)
  const [first = ""] = words
  const last = words.at(-1) ?? ""
  const bad = words.find((word) => vague.test(word)) ?? (vagueNoun.test(last) ? last : undefined)
  if (bad) return bad
  return vagueVerb.test(first) && words.length > 1 ? first : undefined
}

export const wordRules: Rule[] = [
  {
    name: "names",
    keeps: "style 2",
    instead: "name the thing after what it is in the product's glossary",
    covers: (path) => isProduct(path) || /^src\/(tools|testing|e2e)\//.test(path),
    find(source) {
      const file = whyVague(basename(source.path).replace(/\..*$/, ""))
      const ofFile = file ? [{ at: 0, what: `the file is named "${file}"` }] : []
      return [...ofFile, ...declared(source).flatMap(({ name, at }) => vagueName(name, at))]
    },
  },
  {
    name: "comments",
    keeps: "style 24",
    instead: "say why, in a whole sentence about the present, or delete it",
    covers: (path) => /^(src|views|public)\//.test(path),
    find: (source) =>
      source.comments.flatMap(({ value, start }) => complaint(value).map((what) => ({ at: start, what }))),
  },
]

function complaint(comment: string): string[] {
  const text = comment.trim()
  if (/([-=*#~_])\1{5,}/.test(text)) return ["a banner"]
  if (/\bTODO\b(?!: \S+ \S+)/.test(text)) return ["a TODO without its reason"]
  if (/\b(FIXME|XXX|HACK)\b/.test(text)) return ["a warning comment"]
  if (/\bissue #?\d+|\b(this|our|previous|next) session\b/i.test(text)) return ["a comment about how the work was done"]
  if (/@ts-(ignore|nocheck|expect-error)/.test(text)) return ["the type checker is silenced"]
  if (/(oxlint|eslint)-disable(?!.* -- \S)/.test(text)) return ["a lint rule is silenced without a reason after ` -- `"]
  if (/^(const|let|return|import|export|if \(|await|[\w.]+\()[^.]*[;{)]$/.test(text) && !/[.!?]$/.test(text))
    return ["code that is commented out"]
  return []
}

const vagueName = (name: string, at: number): Sighting[] => {
  const word = whyVague(name)
  return word ? [{ at, what: `the name "${name}" says nothing with "${word}"` }] : []
}

/** Names that others see or that a reader looks for: functions, types, classes and what the module declares. */
function declared(source: Source): { name: string; at: number }[] {
  const named = source.of("FunctionDeclaration", "ClassDeclaration", "TSInterfaceDeclaration", "TSTypeAliasDeclaration")
  const variables = source.of("VariableDeclarator").filter(isOfModule)
  return [...named, ...variables].flatMap(({ node }) =>
    node.id?.type === "Identifier" ? [{ name: node.id.name, at: node.id.start }] : [],
  )
}

function isOfModule({ parent }: Placed<Of<"VariableDeclarator">>): boolean {
  const around = parent?.parent?.node.type
  return around === "Program" || around === "ExportNamedDeclaration"
}
