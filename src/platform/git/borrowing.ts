import type { GitCall } from "./git.ts"

/** A repository that holds no objects of its own and works on a branch cut from another one's commit. */
export interface Borrowing {
  branch: string
  /** Where the branch begins. */
  commit: string
  /** The other repository's trunk, and where it is now. */
  trunk: string
  trunkCommit: string
  /** Address that it fetches from and pushes to. */
  origin: string
  /** The object store it borrows from, as the one who works in it sees that. */
  objects: string
}

/**
 * The files of its `.git` folder, as gitrepository-layout(5) has them, by their paths in it. Written like this they cost
 * no program, and there is nothing in them that could start one. `MEMORY.md` is an index: merges unite its lines.
 */
export function borrowingFiles({ branch, commit, trunk, trunkCommit, origin, objects }: Borrowing) {
  return {
    "objects/info/alternates": `${objects}\n`,
    "refs/remotes/origin/HEAD": `ref: refs/remotes/origin/${trunk}\n`,
    "packed-refs": packedRefs({ [`refs/heads/${branch}`]: commit, [`refs/remotes/origin/${trunk}`]: trunkCommit }),
    "info/attributes": "memory/MEMORY.md merge=union\n",
    config: configText({
      core: { repositoryformatversion: "0", filemode: "true", bare: "false", logallrefupdates: "true" },
      'remote "origin"': { url: origin, fetch: "+refs/heads/*:refs/remotes/origin/*" },
      [`branch ${quoted(branch)}`]: { remote: "origin", merge: `refs/heads/${trunk}` },
    }),
    HEAD: `ref: refs/heads/${branch}\n`,
  }
}

const packedRefs = (refs: Record<string, string>): string =>
  [
    "# pack-refs with: peeled fully-peeled sorted ",
    ...Object.keys(refs)
      .sort()
      .map((name) => `${refs[name]} ${name}`),
    "",
  ].join("\n")

const configText = (sections: Record<string, Record<string, string>>): string =>
  Object.entries(sections)
    .map(([section, values]) => {
      const lines = Object.entries(values).map(([name, value]) => `\t${name} = ${quoted(value)}\n`)
      return `[${section}]\n${lines.join("")}`
    })
    .join("")

/** git-config(1): in quotes only backslash and quote are escaped. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`

/** Writes index and files of what HEAD is at. No filter runs: no configuration defines one. */
export const fillFromHead = (folder: string): GitCall => ({
  repository: `${folder}/.git`,
  workTree: folder,
  args: ["reset", "--quiet", "--hard"],
  timeoutMs: 300_000,
})
