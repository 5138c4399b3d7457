/** An element of a page, as a test looks at it. */
interface Found {
  text: string
  attributes: Readonly<Record<string, string>>
}

export interface Page {
  all(selector: string): Found[]
  /** Throws unless there is exactly one. */
  one(selector: string): Found
  has(selector: string): boolean
}

/** Reads markup by CSS selectors, so that tests assert what a page means and not how it is spelled. */
export function readHtml(markup: string): Page {
  const all = (selector: string): Found[] => {
    const found: { text: string; attributes: Record<string, string> }[] = []
    new HTMLRewriter()
      .on(selector, {
        element: (element) =>
          void found.push({
            text: "",
            attributes: Object.fromEntries([...element.attributes].map(([name, value]) => [name, plain(value)])),
          }),
        text(chunk) {
          const last = found.at(-1)
          if (last) last.text += chunk.text
        },
      })
      .transform(markup)
    return found.map(({ text, attributes }) => ({ text: plain(text).replace(/\s+/g, " ").trim(), attributes }))
  }
  return {
    all,
    one(selector) {
      const found = all(selector)
      if (found.length !== 1 || !found[0])
        throw new Error(`${found.length} of ${selector} in ${markup.slice(0, 2_000)}`)
      return found[0]
    },
    has: (selector) => all(selector).length > 0,
  }
}

export const pageOf = async (response: Response): Promise<Page> => readHtml(await response.text())

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'" }

const plain = (text: string): string => text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole)
