import type { Plant } from "./plant.ts"

export const pointing: Plant[] = [
  {
    rule: "layers",
    path: "src/platform/events.ts",
    bad: 'import type { Loops } from "../loops/contract.ts"\nexport type Known = Loops',
    good: 'import type { LoopId } from "../lib/ids.ts"\nexport type Known = LoopId',
  },
  {
    rule: "layers",
    path: "src/lib/time.ts",
    bad: 'import type { Clock } from "../platform/clock.ts"\nexport type Known = Clock',
    good: 'import { text } from "./text.ts"\nexport const known = () => text',
  },
  {
    rule: "layers",
    path: "views/pages/loop.tsx",
    bad: 'import { present } from "../../src/loops/index.ts"\nexport const Loop = () => present',
    good: 'import { urls } from "../../src/lib/urls.ts"\nexport const Loop = () => urls',
  },
  {
    rule: "layers",
    path: "src/loops/start.ts",
    bad: 'import { tempFolder } from "../testing/temp-folder.ts"\nexport const start = () => tempFolder',
    good: 'import { tempFolder } from "../testing/temp-folder.ts"\nexport const start = () => tempFolder',
    goodPath: "src/loops/start.test.ts",
  },
  {
    rule: "feature-order",
    path: "src/settings/provider.ts",
    bad: 'import { agent } from "../agent/index.ts"\nexport const provider = () => agent',
    good: 'import { accounts } from "../accounts/index.ts"\nexport const provider = () => accounts',
  },
  {
    rule: "door",
    path: "src/agent/send.ts",
    bad: 'import { append } from "../loops/store.ts"\nexport const send = () => append',
    good: 'import { append } from "../loops/index.ts"\nexport const send = () => append',
  },
  {
    rule: "door",
    path: "src/agent/send.ts",
    bad: 'import { LinkFailed } from "../sandbox/contract.ts"\nexport const send = () => LinkFailed',
    good: 'import type { LinkFailed } from "../sandbox/contract.ts"\nexport type Sent = LinkFailed',
  },
  {
    rule: "re-export",
    path: "src/loops/start.ts",
    bad: 'export { stop } from "./stop.ts"',
    good: 'export { stop } from "./stop.ts"',
    goodPath: "src/loops/index.ts",
  },
  {
    rule: "agent-sdk",
    path: "src/agent/send.ts",
    bad: 'export const load = () => import("@anthropic-ai/claude-agent-sdk")',
    good: 'export const load = () => import("@anthropic-ai/claude-agent-sdk")',
    goodPath: "src/agent/claude.ts",
  },
  {
    rule: "no-database",
    path: "src/accounts/users.ts",
    bad: 'import { Database } from "bun:sqlite"\nexport const open = () => new Database("x")',
    good: 'import type { Disk } from "../platform/disk/disk.ts"\nexport const open = (disk: Disk) => disk',
  },
]
