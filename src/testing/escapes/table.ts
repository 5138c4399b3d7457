import type { Attempt } from "./attempt.ts"
import { files } from "./files.ts"
import { inner } from "./inner.ts"
import { kernel, strict } from "./kernel.ts"
import { link, network } from "./network.ts"

/** Numbers of the list that nothing here runs, and where they are tried instead or why they cannot be yet. */
export const elsewhere: Readonly<Record<number, string>> = {
  5: "no repository is served to sandboxes yet",
  6: "no repository is served to sandboxes yet",
  7: "hostile trees, from outside: src/sandbox, src/loops and src/files hostile-tree.process.test.ts",
  8: "hostile trees, from outside: src/sandbox, src/loops and src/files hostile-tree.process.test.ts",
  9: "hostile trees, from outside: src/sandbox, src/loops and src/files hostile-tree.process.test.ts",
  10: "hostile trees, from outside: src/sandbox, src/loops and src/files hostile-tree.process.test.ts",
  25: "the corpus of markup and script on every page: src/app/xss.process.test.tsx",
  26: "loops change hands in no way yet",
  29: "what tool images are made of and who shares them: src/sandbox/tool-images.process.test.ts",
}

export const attempts: readonly Attempt[] = [...files, ...network, ...kernel, ...link, ...strict, ...inner]
