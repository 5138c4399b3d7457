/** Looks for words that must be nowhere, in everything that a running server touches. */
import { readdir } from "node:fs/promises"

export interface Canary {
  name: string
  value: string
}

/** As it is, and as it looks in base64 at each alignment. */
function formsOf(value: string): string[] {
  const inBase64 = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
    return bytes
      .toString("base64")
      .replace(/=+$/, "")
      .slice(Math.ceil((before * 8) / 6), -1)
  })
  return [value, encodeURIComponent(value), ...inBase64]
}

export interface Sweep {
  /** `<place>: <canary>` of each that was found. */
  readonly found: string[]
  /** How many things were looked through. */
  readonly looked: number
  text(place: string, text: string): void
  /** Every file below a folder, links not followed. */
  files(folder: string, isAllowed?: (path: string, canary: string) => boolean): Promise<void>
  /** Command line and environment of every process of this machine. */
  processes(isAllowed: (pid: number, what: string, canary: string) => boolean): Promise<void>
}

export function createSweep(canaries: readonly Canary[]): Sweep {
  const found: string[] = []
  let looked = 0
  const needles = canaries.flatMap(({ name, value }) =>
    [...new Set(formsOf(value))].map((form) => ({ name, form: Buffer.from(form) })),
  )
  const hits = (content: Buffer) => {
    looked++
    return [...new Set(needles.filter(({ form }) => content.includes(form)).map(({ name }) => name))]
  }
  const read = async (path: string) =>
    Buffer.from(
      await Bun.file(path)
        .arrayBuffer()
        .catch(() => new ArrayBuffer(0)),
    )

  return {
    found,
    get looked() {
      return looked
    },
    text: (place, text) => void found.push(...hits(Buffer.from(text)).map((name) => `${place}: ${name}`)),
    async files(folder, isAllowed = () => false) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      for (const entry of entries.filter((one) => one.isFile())) {
        const path = `${entry.parentPath}/${entry.name}`
        for (const name of hits(await read(path))) if (!isAllowed(path, name)) found.push(`${path}: ${name}`)
      }
    },
    async processes(isAllowed) {
      for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number))
        for (const what of ["cmdline", "environ"])
          for (const name of hits(await read(`/proc/${pid}/${what}`)))
            if (!isAllowed(pid, what, name)) found.push(`/proc/${pid}/${what}: ${name}`)
    },
  }
}
