import { type DocumentLink, keyOf, linksIn, type Names, resolveLink } from "./document-links.ts"
import { topicsIn } from "./document-topics.ts"

/** A file of one commit, by its path and the id of its content. */
export interface IndexedFile {
  path: string
  blob: string
}

/** A document that links to another, with the line on which it does. */
export interface Backlink {
  path: string
  /** From 1. */
  line: number
  text: string
}

/**
 * What the documents of one repository say of each other. Brought from commit to commit by what changed; nothing is
 * decided before it is asked for, so that a new name changes at once where an old link leads.
 */
export interface LinkIndex extends Names {
  /** `read` gives the text of a document, undefined for one that is no text or too long. */
  update(files: readonly IndexedFile[], read: (file: IndexedFile) => Promise<string | undefined>): Promise<void>
  /** Documents that link to this file, in the order of their paths. */
  backlinks(path: string): Backlink[]
  /** Every topic with its documents, in the order of their paths. */
  topics(): ReadonlyMap<string, readonly string[]>
  withTopic(topic: string): string[]
}

const isDocument = (path: string): boolean => /\.(md|markdown)$/i.test(path)

interface Said {
  links: { link: Pick<DocumentLink, "kind" | "target">; line: number; text: string }[]
  topics: string[]
}

/** Longer lines are cut: a backlink shows where, and the document the rest. */
const longestLine = 300

export function createLinkIndex(): LinkIndex {
  const blobs = new Map<string, string>()
  const said = new Map<string, Said>()
  const names = createTable()
  /** Under the key of a link's target: the documents that have such a link. */
  const linking = createTable()
  const topics = createTable()

  function forget(path: string): void {
    blobs.delete(path)
    names.remove(keyOf(path), path)
    const before = said.get(path)
    said.delete(path)
    for (const { link } of before?.links ?? []) linking.remove(keyOf(link.target), path)
    for (const topic of before?.topics ?? []) topics.remove(topic, path)
  }

  function learn({ path, blob }: IndexedFile, text: string | undefined): void {
    blobs.set(path, blob)
    names.add(keyOf(path), path)
    if (text === undefined) return
    const now = readDocument(text)
    if (now.links.length === 0 && now.topics.length === 0) return
    said.set(path, now)
    for (const { link } of now.links) linking.add(keyOf(link.target), path)
    for (const topic of now.topics) topics.add(topic, path)
  }

  return {
    named: names.of,
    async update(files, read) {
      const fresh = files.filter(({ path, blob }) => blobs.get(path) !== blob)
      const texts = await readAll(
        fresh.filter(({ path }) => isDocument(path)),
        read,
      )
      const there = new Set(files.map(({ path }) => path))
      for (const path of [...blobs.keys()]) if (!there.has(path)) forget(path)
      for (const file of fresh) {
        forget(file.path)
        learn(file, texts.get(file.path))
      }
    },
    backlinks: (path) =>
      linking.of(keyOf(path)).flatMap((from) =>
        (said.get(from)?.links ?? []).flatMap(({ link, line, text }) => {
          const led = keyOf(link.target) === keyOf(path) ? resolveLink(link, from, { named: names.of }) : undefined
          return from !== path && led?.kind === "found" && led.path === path ? [{ path: from, line, text }] : []
        }),
      ),
    topics: topics.all,
    withTopic: (topic) => [...topics.of(topic.toLowerCase())],
  }
}

/** Files asked for at the same time: whoever reads them answers a crowd faster than one after the other. */
const together = 64

async function readAll(files: readonly IndexedFile[], read: (file: IndexedFile) => Promise<string | undefined>) {
  const texts = new Map<string, string | undefined>()
  for (let at = 0; at < files.length; at += together) {
    const some = files.slice(at, at + together)
    const found = await Promise.all(some.map(read))
    some.forEach(({ path }, index) => texts.set(path, found[index]))
  }
  return texts
}

function readDocument(text: string): Said {
  const links = linksIn(text).filter(({ target }) => target !== "")
  const lines = links.length === 0 ? [] : text.split("\n")
  let line = 0
  let end = -1
  const said = links.map(({ kind, target, start }) => {
    while (end < start) end += (lines[line++]?.length ?? text.length) + 1
    return { link: { kind, target }, line, text: (lines[line - 1] ?? "").trim().slice(0, longestLine) }
  })
  return { links: said, topics: topicsIn(text) }
}

/** Sorted values under keys, each once. */
function createTable() {
  const sets = new Map<string, Set<string>>()
  const sorted = new Map<string, readonly string[]>()
  const of = (key: string): readonly string[] => {
    const known = sorted.get(key)
    if (known) return known
    const values = [...(sets.get(key) ?? [])].sort()
    if (values.length > 0) sorted.set(key, values)
    return values
  }
  return {
    of,
    all: () => new Map([...sets.keys()].sort().map((key) => [key, of(key)])),
    add(key: string, value: string) {
      const values = sets.get(key) ?? new Set()
      sets.set(key, values.add(value))
      sorted.delete(key)
    },
    remove(key: string, value: string) {
      const values = sets.get(key)
      if (!values?.delete(value)) return
      sorted.delete(key)
      if (values.size === 0) sets.delete(key)
    },
  }
}
