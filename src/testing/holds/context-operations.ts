import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { contextPaths, contextUrls } from "../../lib/context-urls.ts"
import { outsidePaths, outsideUrls } from "../../lib/outside-urls.ts"
import { tokenPaths, tokenUrls } from "../../lib/token-urls.ts"
import type { Operation } from "./operations.ts"

const held = { id: "0123456789abcdef", shelf: "notes", path: "a.md", base: "absent", text: "held text", at: 1 }
const draft = { ...held, id: "fedcba9876543210", path: "b.md", text: "draft text" }
const foldersOf = (home: string) => ["held", "drafts"].map((kind) => join(home, "context", kind, "ada"))

/** A text that collided with another, and a draft, as an earlier server left them. */
export async function leaveTexts(home: string): Promise<void> {
  const [heldIn = "", draftsIn = ""] = foldersOf(home)
  const place = new Bun.CryptoHasher("sha256").update(`${draft.shelf}\0${draft.path}`).digest("hex").slice(0, 32)
  for (const folder of [heldIn, draftsIn]) await mkdir(folder, { recursive: true })
  await writeFile(join(heldIn, `${held.id}.json`), JSON.stringify({ version: 1, ...held }))
  await writeFile(join(draftsIn, `${place}.json`), JSON.stringify({ version: 1, ...draft, id: place }))
}

async function textsIn(home: string): Promise<string> {
  const texts: string[] = []
  for (const folder of foldersOf(home))
    for (const name of await readdir(folder).catch(() => [])) texts.push(await readFile(join(folder, name), "utf8"))
  return texts.join("")
}

const oldKey = "old-token"
const oldToken = "tok_old"

/** What a person's program signed in with. */
export async function leaveToken(home: string): Promise<void> {
  const token = {
    id: oldToken,
    hash: "",
    user: "ada",
    label: "old",
    scopes: ["git:read"],
    createdAt: "2026-01-15T12:00:00.000Z",
  }
  await writeFile(tokensOf(home), JSON.stringify({ version: 1, tokens: [token] }))
}

/** A token of the workspace, and notes that are reviewed outside, as an earlier server left them. */
export async function leaveOutside(home: string): Promise<void> {
  const folder = join(home, "secrets/@workspace/keys")
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, oldKey), "a-token\n")
  const config = { ...(await configOf(home)), context: { notes: { review: "outside" } } }
  await writeFile(join(home, "config.json"), JSON.stringify(config, null, 2))
}

/** What people typed and is in no commit. */
export const contextOperations: Operation[] = [
  {
    route: `POST ${contextPaths.contextDraft}`,
    act: (client) =>
      client.post(contextUrls.draft, { shelf: "notes", path: "c.md", version: "absent", text: "new words" }),
    done: async ({ home }) => (await textsIn(home)).includes("new words"),
  },
  {
    route: `POST ${contextPaths.contextDraftDiscard}`,
    act: (client) => client.post(contextUrls.draftDiscard, { shelf: draft.shelf, path: draft.path }),
    done: async ({ home }) => !(await textsIn(home)).includes(draft.text),
  },
  {
    route: `POST ${contextPaths.contextHeldDiscard}`,
    act: (client) => client.post(contextUrls.heldDiscard(held.id)),
    done: async ({ home }) => !(await textsIn(home)).includes(held.text),
  },
  {
    route: `POST ${tokenPaths.tokens}`,
    act: (client) => client.post(tokenUrls.tokens(), { label: "laptop", scope: "git:read", days: "90" }),
    done: async ({ home }) => (await tokensIn(home)).includes('"laptop"'),
  },
  {
    route: `POST ${tokenPaths.tokenRevoke}`,
    act: (client) => client.post(tokenUrls.revoke(oldToken)),
    done: async ({ home }) => !(await tokensIn(home)).includes(oldToken),
  },
  {
    route: `POST ${outsidePaths.hookRenew}`,
    act: (client) => client.post(outsideUrls.hookRenew),
    done: async ({ home }) => (await secretIn(home, "hook")) !== "",
  },
  {
    route: `POST ${outsidePaths.workspaceKeys}`,
    act: (client) => client.post(outsideUrls.keys, { name: "deploy" }),
    done: async ({ home }) => (await secretIn(home, "keys/deploy")) !== "",
  },
  {
    route: `POST ${outsidePaths.workspaceTokenReplace}`,
    act: (client) => client.post(outsideUrls.tokenReplace(oldKey), { token: "newer-token" }),
    done: async ({ home }) => (await secretIn(home, `keys/${oldKey}`)).includes("newer-token"),
  },
  {
    route: `POST ${outsidePaths.contextReview}`,
    act: (client) => client.post(outsideUrls.review("notes"), { review: "here" }),
    done: async ({ home }) => (await configOf(home)).context?.notes?.review !== "outside",
  },
  {
    route: `POST ${outsidePaths.workspaceKeyRemove}`,
    act: (client) => client.post(outsideUrls.keyRemove(oldKey), { uses: "" }),
    done: async ({ home }) => (await secretIn(home, `keys/${oldKey}`)) === "",
  },
  {
    route: `POST ${outsidePaths.workspaceTokens}`,
    act: (client) => client.post(outsideUrls.tokens, { name: "pass", token: "a-token" }),
    done: async ({ home }) => (await secretIn(home, "keys/pass")) !== "",
  },
  {
    route: `POST ${outsidePaths.personalKey}`,
    act: (client) => client.post(outsideUrls.personalKey),
    done: async ({ home }) => (await secretIn(home, "../ada/deploy-key")) !== "",
  },
  {
    route: `POST ${outsidePaths.personalToken}`,
    act: (client) => client.post(outsideUrls.personalToken, { token: "a-token" }),
    done: async ({ home }) => (await secretIn(home, "../ada/deploy-token")) !== "",
  },
  {
    route: `POST ${outsidePaths.personalDetach}`,
    act: (client) => client.post(outsideUrls.detach("personal")),
    // Nothing is attached there; the accounts are written all the same.
    done: async () => true,
  },
]

const configOf = async (home: string) => JSON.parse(await readFile(join(home, "config.json"), "utf8"))

const tokensOf = (home: string) => join(home, "accounts/tokens.json")
const tokensIn = (home: string) => readFile(tokensOf(home), "utf8")

const secretIn = (home: string, name: string) =>
  readFile(join(home, "secrets/@workspace", name), "utf8").catch(() => "")

/** Each makes one commit, which git writes: what becomes of that when the disk is full is shown where repositories are. */
export const doneByGit: readonly string[] = [
  contextPaths.contextInbox,
  contextPaths.contextSave,
  contextPaths.contextMove,
  contextPaths.contextDelete,
  contextPaths.contextUpload,
  contextPaths.contextProposalMerge,
  contextPaths.contextProposalOutside,
  contextPaths.contextProposalDiscard,
  contextPaths.contextProposalRestore,
  // What concerns outside repositories: they are asked by git, and so is what is here.
  ...Object.values(outsidePaths).filter((path) =>
    /(?::shelf|personal)\/(?:test|host|attach|retry)$|:shelf\/detach$|:secret$/.test(path),
  ),
  // A remark is written only where there is such a proposal.
  contextPaths.contextProposalComment,
  // So are words to the loop that it comes from; that is a suggestion like any other.
  contextPaths.contextProposalUpdate,
  // What people send and fetch with their own git.
  "/git/:name/git-receive-pack",
  "/git/:name/git-upload-pack",
  "/git/code/:name/git-receive-pack",
  "/git/code/:name/git-upload-pack",
].map((path) => `POST ${path}`)
