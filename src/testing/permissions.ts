import type { Permission } from "./roles.ts"

/** What a route asks of whoever comes, and what it answers to somebody who may. */
interface Declared {
  needs: Permission
  /** Statuses of a permitted request with this form; by default a page, a fragment, or the way to one. */
  answers?: readonly number[]
  form?: Record<string, string>
}

const wrong = [422]

/** Every route and socket of the program. One that is missing here fails the matrix. */
export const permissions: Record<string, Declared> = {
  "GET /": { needs: "signed-in" },
  "GET /livez": { needs: "anybody" },
  "GET /readyz": { needs: "anybody", answers: [200, 503] },
  // Switched off here: there is no such page.
  "GET /metrics": { needs: "anybody", answers: [404] },
  "GET /favicon.ico": { needs: "anybody" },
  "GET /assets/:file": { needs: "anybody", answers: [404] },

  "GET /sign-in": { needs: "anybody" },
  "POST /sign-in": { needs: "anybody", answers: wrong },
  "POST /sign-out": { needs: "signed-in" },
  "GET /set-up": { needs: "anybody" },
  "POST /set-up": { needs: "anybody" },
  "GET /set-up/provider": { needs: "signed-in" },
  "POST /set-up/provider": { needs: "signed-in", answers: wrong },
  "POST /preferences/language": { needs: "anybody", answers: wrong },
  "POST /preferences/theme": { needs: "anybody", answers: wrong },

  "GET /loops": { needs: "signed-in" },
  "GET /loops/events": { needs: "signed-in" },
  "GET /loops/new": { needs: "signed-in" },
  "POST /loops": { needs: "signed-in", answers: wrong },

  "GET /loops/:id": { needs: "read" },
  "GET /loops/:id/messages": { needs: "read", answers: wrong },
  "GET /loops/:id/events": { needs: "read" },
  "GET /loops/:id/blobs/:name": { needs: "read", answers: [404] },
  "POST /loops/:id/seen": { needs: "read", answers: [204], form: { seq: "1" } },

  // No sandbox can be started here: the page says so.
  "GET /loops/:id/files": { needs: "read", answers: [503] },
  "GET /loops/:id/changes": { needs: "read", answers: [503] },
  "POST /loops/:id/changes/stage": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/unstage": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/discard": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/undo": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/turn/back": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/under-way": { needs: "drive", answers: [503], form: { deed: "abort" } },
  "POST /loops/:id/changes/turn/look": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/commit": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/repository": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/comments": { needs: "drive", answers: [503], form: { first: "1", last: "1" } },
  "POST /loops/:id/changes/comments/:comment/remove": { needs: "drive" },
  "POST /loops/:id/changes/review": { needs: "drive" },
  "GET /loops/:id/files/events": { needs: "read" },
  "GET /loops/:id/changes/events": { needs: "read" },
  "GET /loops/:id/files/find": { needs: "read" },
  "GET /loops/:id/files/image": { needs: "read", answers: [503] },
  "GET /loops/:id/files/download": { needs: "read", answers: [503] },
  "POST /loops/:id/files/save": { needs: "drive", answers: wrong },
  "POST /loops/:id/files/new": { needs: "drive", answers: [503], form: { folder: "", name: "new", kind: "file" } },
  "POST /loops/:id/files/move": { needs: "drive", answers: wrong },
  "GET /loops/:id/files/delete": { needs: "drive", answers: wrong },
  "POST /loops/:id/files/delete": { needs: "drive", answers: wrong },
  "POST /loops/:id/files/upload": { needs: "drive", answers: [422, 503] },
  "GET /loops/:id/changes/history": { needs: "read", answers: [503] },
  "GET /loops/:id/changes/branches": { needs: "read", answers: [503] },
  "GET /loops/:id/changes/unsaved": { needs: "read", answers: [503] },
  "POST /loops/:id/changes/branch": { needs: "drive", answers: [503] },
  "POST /loops/:id/changes/remote": { needs: "drive", answers: [503], form: { deed: "fetch" } },

  "POST /loops/:id/messages": { needs: "drive", answers: wrong },
  "POST /loops/:id/stop": { needs: "drive" },
  "POST /loops/:id/continue": { needs: "drive" },
  "POST /loops/:id/shell/:run/stop": { needs: "drive" },
  "POST /loops/:id/mode": { needs: "drive", form: { mode: "default" } },
  "POST /loops/:id/asks/:ask": { needs: "drive", answers: [404] },
  "POST /loops/:id/queue/:seq": { needs: "drive", answers: [409], form: { text: "later" } },
  "POST /loops/:id/queue/:seq/remove": { needs: "drive", answers: [409] },
  "POST /loops/:id/queue/:seq/move": { needs: "drive", answers: [409] },
  "POST /loops/:id/queue/:seq/now": { needs: "drive", answers: [409] },

  "GET /loops/:id/terminal": { needs: "drive" },
  "GET /loops/:id/terminal/events": { needs: "drive" },
  "POST /loops/:id/terminals/:terminal/share": { needs: "drive", answers: [404], form: { share: "on" } },
  "POST /loops/:id/terminals": { needs: "drive", answers: [503] },
  "POST /loops/:id/terminals/:terminal/name": { needs: "drive", answers: [404] },
  "POST /loops/:id/terminals/:terminal/close": { needs: "drive" },
  "POST /loops/:id/terminals/:terminal/again": { needs: "drive", answers: [404] },
  "POST /loops/:id/terminal/command": { needs: "drive", answers: wrong },
  // Whoever may is told that this was no real socket.
  "WS /loops/:id/terminals/:terminal/socket": { needs: "drive", answers: [400] },

  "GET /loops/:id/preview": { needs: "drive" },
  "POST /loops/:id/preview/start": { needs: "drive", answers: [503] },
  "POST /loops/:id/previews": { needs: "drive", answers: wrong },
  "POST /loops/:id/previews/:share": { needs: "drive", answers: wrong },
  "POST /loops/:id/previews/:share/link": { needs: "drive", answers: [404] },
  "POST /loops/:id/previews/:share/end": { needs: "drive" },
  // Nothing is shown here.
  "GET /previews/:label": { needs: "signed-in", answers: [404] },

  "POST /loops/:id/title": { needs: "name", form: { title: "Another name" } },
  "POST /loops/:id/archive": { needs: "keep" },
  "POST /loops/:id/visibility": { needs: "give-away", form: { visibility: "private" } },
  "POST /loops/:id/restore": { needs: "keep" },
  "POST /loops/:id/prepare": { needs: "keep" },
  "POST /loops/:id/sandbox/stop": { needs: "keep" },
  "GET /loops/:id/sandbox": { needs: "read" },
  "GET /loops/:id/sandbox/inside": { needs: "read" },
  "POST /loops/:id/sandbox/restart": { needs: "keep" },
  "POST /loops/:id/sandbox/tools": { needs: "drive" },
  "POST /loops/:id/sandbox/strictness": { needs: "drive" },
  "POST /loops/:id/sandbox/limits": { needs: "drive", answers: [422] },
  "POST /loops/:id/sandbox/hosts": { needs: "drive", answers: wrong },
  "POST /loops/:id/sandbox/hosts/forget": { needs: "drive", answers: wrong },
  "GET /loops/:id/delete": { needs: "give-away" },
  "POST /loops/:id/delete": { needs: "give-away", answers: [303, 200, 422] },
  "POST /loops/:id/undelete": { needs: "bring-back" },
  "POST /loops/:id/erase": { needs: "bring-back", answers: wrong },

  "GET /settings/shares": { needs: "rule" },
  "POST /settings/shares/links": { needs: "rule", answers: wrong },
  "POST /settings/shares/:share/end": { needs: "rule" },
  "GET /settings/system": { needs: "rule" },
  "GET /settings/system/events": { needs: "rule" },
  "POST /settings/system/check": { needs: "rule" },
  "GET /sandbox/image.log": { needs: "signed-in" },

  "GET /settings/network": { needs: "rule" },
  "POST /settings/network": { needs: "rule", answers: wrong },

  "GET /settings/providers": { needs: "signed-in" },
  "GET /settings/providers/new": { needs: "signed-in" },
  "POST /settings/providers": { needs: "signed-in", answers: wrong },
  "GET /settings/providers/:source/:name": { needs: "edit-provider" },
  "POST /settings/providers/:source/:name": { needs: "edit-provider", answers: wrong },
  "POST /settings/providers/:source/:name/test": { needs: "use-provider" },
  "POST /settings/providers/:source/:name/default": { needs: "use-provider" },
  "POST /settings/providers/:source/:name/delete": { needs: "remove-provider" },
}
