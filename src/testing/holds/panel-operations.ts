import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { paths, urls } from "../../lib/urls.ts"
import { workbenchPaths, workbenchUrls } from "../../lib/workbench-urls.ts"
import { readTranscript } from "./book.ts"
import type { FullHome, Operation } from "./operations.ts"

const comment = {
  ...{ id: "c1", path: "a.txt", side: "new", first: 1, last: 1 },
  ...{ code: "one", text: "say more", at: "2026-01-15T12:00:00.000Z" },
}
const suggestion = {
  id: "00112233445566ff",
  by: "bob",
  at: "2026-01-15T12:00:00.000Z",
  text: "say which release",
}
const terminal = { id: "1a1b2c3d", run: "4e5f6071", number: 1 }

const share = {
  ...{ id: "abcdefghijklmnop", owner: "ada", target: { kind: "port", port: 3000 }, access: "driver" },
  ...{
    createdAt: "2026-01-15T12:00:00.000Z",
    expiresAt: "2996-01-15T12:00:00.000Z",
    link: 0,
    visits: 0,
    inherits: false,
  },
}

const sharesOf = (home: string) => join(home, "shares.json")
const reviewOf = (home: string, loop: string) => join(home, "loops", loop, "review.json")
const terminalsOf = (home: string, loop: string) => join(home, "loops", loop, "terminals.json")
const suggestionsOf = (home: string, loop: string) => join(home, "loops", loop, "suggestions.json")
const text = (path: string) => readFile(path, "utf8").catch(() => "")

/** A remark and somebody's suggestion that wait, a terminal that was open and a port that is shown, as an earlier server left them. */
export async function leavePanels(home: string, loop: string): Promise<void> {
  await mkdir(join(home, "loops", loop), { recursive: true })
  await writeFile(reviewOf(home, loop), JSON.stringify({ version: 1, comments: [comment] }))
  await writeFile(suggestionsOf(home, loop), JSON.stringify({ version: 1, suggestions: [suggestion] }))
  await writeFile(terminalsOf(home, loop), JSON.stringify({ version: 1, driver: "ada", terminals: [terminal] }))
  const shares = { version: 1, key: "0".repeat(64), shares: [{ ...share, loop }], freed: [] }
  await writeFile(sharesOf(home), JSON.stringify(shares))
}

const review = ({ home, loops }: FullHome) => text(reviewOf(home, loops.waiting))
const suggestions = ({ home, loops }: FullHome) => text(suggestionsOf(home, loops.waiting))
const terminals = ({ home, loops }: FullHome) => text(terminalsOf(home, loops.waiting))

const shares = ({ home }: FullHome) => text(sharesOf(home))

/** What a loop's panels write on the server itself. */
export const panelOperations: Operation[] = [
  {
    route: `POST ${workbenchPaths.suggestion}`,
    act: (client, { loops }) => client.post(workbenchUrls.suggestion(loops.waiting, suggestion.id), {}),
    // Once as a message, and no longer as a suggestion.
    done: async (at) =>
      !(await suggestions(at)).includes(suggestion.text) &&
      (await readTranscript(at.home, at.loops.waiting)).filter(
        (one) => one.kind === "user-message" && one.clientId === `suggestion-${suggestion.id}`,
      ).length === 1,
  },
  {
    route: `POST ${workbenchPaths.suggestionDrop}`,
    act: (client, { loops }) => client.post(workbenchUrls.suggestionDrop(loops.waiting, suggestion.id)),
    done: async (at) => !(await suggestions(at)).includes(suggestion.text),
  },
  {
    route: `POST ${workbenchPaths.attachments}`,
    // The form begins as an image of that type does.
    act: (client, { loops }) => client.post(workbenchUrls.attachments(loops.waiting), { GIF89a: "" }),
    done: async ({ home, loops }) =>
      (await readdir(join(home, "loops", loops.waiting, "attachments")).catch(() => [])).some((name) =>
        /^[0-9a-f]{64}$/.test(name),
      ),
  },
  {
    route: `POST ${paths.loopCommentRemove}`,
    act: (client, { loops }) => client.post(urls.loopCommentRemove(loops.waiting, comment.id)),
    done: async (at) => !(await review(at)).includes(comment.text),
  },
  {
    route: `POST ${paths.loopReview}`,
    act: (client, { loops }) => client.post(urls.loopReview(loops.waiting), { clientId: "review-1" }),
    done: async (at) =>
      JSON.stringify(await readTranscript(at.home, at.loops.waiting)).includes("review-1") &&
      !(await review(at)).includes(comment.text),
  },
  {
    route: `POST ${paths.terminalName}`,
    act: (client, { loops }) => client.post(urls.terminalName(loops.waiting, terminal.id), { name: "logs" }),
    done: async (at) => (await terminals(at)).includes('"logs"'),
  },
  {
    route: `POST ${paths.terminalShare}`,
    act: (client, { loops }) => client.post(urls.terminalShare(loops.waiting, terminal.id), { share: "on" }),
    done: async (at) => (await terminals(at)).includes('"shared": true'),
  },
  {
    route: `POST ${paths.terminalClose}`,
    act: (client, { loops }) => client.post(urls.terminalClose(loops.waiting, terminal.id)),
    done: async (at) => !(await terminals(at)).includes(terminal.id),
  },
  {
    route: `POST ${paths.previews}`,
    act: (client, { loops }) => client.post(urls.previews(loops.waiting), { port: "5173" }),
    done: async (at) => (await shares(at)).includes("5173"),
  },
  {
    route: `POST ${paths.preview}`,
    act: (client, { loops }) =>
      client.post(urls.preview(loops.waiting, share.id), { access: "workspace", alias: "demo", days: "7" }),
    done: async (at) => (await shares(at)).includes('"demo"'),
  },
  {
    route: `POST ${paths.previewLink}`,
    act: (client, { loops }) => client.post(urls.previewLink(loops.waiting, share.id)),
    done: async (at) => /"link": [1-9]/.test(await shares(at)),
  },
  {
    route: `POST ${paths.previewEnd}`,
    act: (client, { loops }) => client.post(urls.previewEnd(loops.waiting, share.id)),
    done: async (at) => !(await shares(at)).includes(share.id),
  },
  {
    route: `POST ${paths.shareEnd}`,
    act: (client) => client.post(urls.shareEnd(share.id)),
    done: async (at) => !(await shares(at)).includes(share.id),
  },
  {
    route: `POST ${paths.sharesLinks}`,
    act: (client) => client.post(paths.sharesLinks, { links: "off" }),
    done: async ({ home }) => /"links":\s*false/.test(await text(join(home, "config.json"))),
  },
]

/** Their work is done by a sandbox, or begins once one has answered; where there is none they are refused before that. */
export const doneInside: readonly string[] = [
  workbenchPaths.pullNow,
  workbenchPaths.saveWork,
  paths.loopFileSave,
  paths.loopFileNew,
  paths.loopFileMove,
  paths.loopFileDelete,
  paths.loopFileUpload,
  paths.loopBranch,
  paths.loopComments,
  paths.loopCommit,
  paths.loopDiscard,
  paths.loopRemote,
  paths.loopRepository,
  paths.loopStage,
  paths.loopUndo,
  paths.loopTurnBack,
  paths.loopUnderWay,
  paths.loopTurnLook,
  paths.loopUnstage,
  paths.loopCommand,
  paths.loopPreviewStart,
  paths.terminals,
  paths.terminalAgain,
].map((path) => `POST ${path}`)
