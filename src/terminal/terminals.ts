import { type LoopId, parseTerminalId, type UserName } from "../lib/ids.ts"
import type { DrivenLoop, LoopNews, LoopRecord, Loops, NotPlaced, ViewedLoop, Workbench } from "../loops/index.ts"
import type { NewId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { createSerial } from "../platform/disk/serial.ts"
import type { Events } from "../platform/events.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import { type Box, LinkFailed, type Sandboxes } from "../sandbox/index.ts"
import type { Onlookers } from "./onlookers.ts"
import { firstSize, keptId, mostOfOne, mostTerminals, newTerminal, noTerminals, parseTerminalList } from "./terminal.ts"
import type { TerminalList, TerminalRecord } from "./terminal.ts"

/** `gone`: its sandbox was stopped meanwhile. `unknown`: the server has not looked at what runs since its start. */
export type TerminalState = "running" | "ended" | "gone" | "unknown"

export type Opened =
  | { kind: "opened"; terminal: TerminalRecord }
  /** In this loop; in all loops of its driver whose sandbox runs. */
  | { kind: "too-many" }
  | { kind: "too-many-own" }
  | { kind: "no-such-terminal" }
  | NotPlaced

export interface TerminalsNeeds {
  loops: Pick<Loops, "serverFile">
  sandboxes: Pick<Sandboxes, "running" | "loops">
  workbench: Pick<Workbench, "write">
  events: Pick<Events<LoopNews>, "on">
  onlookers: Pick<Onlookers, "tell">
  background: Background
  disk: Disk
  clock: Clock
  ids: NewId
  log: Log
}

/** The terminals of loops: which there are, and the shells behind them. */
export interface Terminals extends Disposable {
  list(loop: DrivenLoop): Promise<(TerminalRecord & { state: TerminalState })[]>
  find(loop: DrivenLoop, id: unknown): Promise<TerminalRecord | undefined>
  /** What somebody may look at: the driver all of them, others what is shared. */
  seen(loop: ViewedLoop): Promise<TerminalRecord[]>
  /** What the driver shares with those who may see the loop. */
  shared(loop: ViewedLoop): Promise<TerminalRecord[]>
  findShared(loop: ViewedLoop, id: unknown): Promise<TerminalRecord | undefined>
  share(loop: DrivenLoop, id: unknown, isShared: boolean): Promise<"done" | "no-such-terminal">
  /** A new one with a fresh shell; starts the sandbox when it rests. */
  open(loop: DrivenLoop): Promise<Opened>
  /** A fresh shell in the same tab. */
  again(loop: DrivenLoop, id: unknown): Promise<Opened>
  rename(loop: DrivenLoop, id: unknown, name: string | undefined): Promise<"renamed" | "no-such-terminal">
  close(loop: DrivenLoop, id: unknown): Promise<void>
  /** Whether it is known what runs: not before the sandboxes of an earlier server were looked at. */
  readonly isReady: boolean
  ready(): void
  /** A program runs in one of the loop's terminals besides its shell. */
  isBusy(loop: LoopId): Promise<boolean>
}

export function createTerminals(needs: TerminalsNeeds): Terminals {
  const { sandboxes, workbench, ids, disk, log } = needs
  const serial = createSerial()
  let isReady = false
  const fileOf = (loop: LoopId) => needs.loops.serverFile(loop, "terminals.json")
  const listOf = (loop: LoopId) => disk.jsonFile(fileOf(loop), parseTerminalList)

  /** What another driver left does not count. */
  async function read({ record }: ViewedLoop): Promise<TerminalList> {
    const list = await listOf(record.id).read()
    return list?.driver === record.driver ? list : noTerminals(record.driver)
  }

  async function find(loop: DrivenLoop, id: unknown): Promise<TerminalRecord | undefined> {
    const wanted = parseTerminalId(id)
    return (await read(loop)).terminals.find((one) => one.id === wanted)
  }

  /** In all loops whose sandbox runs. A list that cannot be read keeps nobody from a terminal elsewhere. */
  async function countOf(driver: UserName): Promise<number> {
    let count = 0
    for (const loop of sandboxes.loops())
      await bestEffort(log, "count the terminals of a loop", async () => {
        const list = await listOf(loop).read()
        if (list?.driver === driver) count += list.terminals.length
      })
    return count
  }

  async function shared({ record }: ViewedLoop): Promise<TerminalRecord[]> {
    if (record.state.kind !== "driven") return []
    const list = await listOf(record.id).read()
    return list?.driver === record.driver ? list.terminals.filter((one) => one.shared === true) : []
  }

  async function change(loop: DrivenLoop, how: (terminals: TerminalRecord[]) => TerminalRecord[]): Promise<void> {
    const before = await read(loop)
    const { id } = loop.record
    await listOf(id).update(() => ({ ...before, terminals: how(before.terminals) }))
    needs.onlookers.tell(id)
  }

  async function startShell(box: Box, terminal: TerminalRecord): Promise<void> {
    const started = await box.keep(keptId(terminal), { argv: loginShell, pty: firstSize })
    started.detach()
  }

  async function endShell(loop: LoopId, terminal: TerminalRecord): Promise<void> {
    const box = sandboxes.running(loop)
    if (box) await bestEffort(log, "end a terminal", () => box.endKept(keptId(terminal)))
  }

  async function open(loop: DrivenLoop): Promise<Opened> {
    const list = await read(loop)
    if (list.terminals.length >= mostTerminals) return { kind: "too-many" }
    if ((await countOf(loop.record.driver)) >= mostOfOne) return { kind: "too-many-own" }
    return workbench.write(loop, async (box): Promise<Opened> => {
      const terminal = newTerminal(list, ids)
      await startShell(box, terminal)
      await change(loop, (terminals) => [...terminals, terminal])
      return { kind: "opened", terminal }
    })
  }

  async function again(loop: DrivenLoop, id: unknown): Promise<Opened> {
    const old = await find(loop, id)
    if (!old) return { kind: "no-such-terminal" }
    return workbench.write(loop, async (box): Promise<Opened> => {
      await endShell(loop.record.id, old)
      const terminal = { ...old, run: ids.hex(4) }
      await startShell(box, terminal)
      await change(loop, (terminals) => terminals.map((one) => (one.id === old.id ? terminal : one)))
      return { kind: "opened", terminal }
    })
  }

  /** Whoever drives a loop next finds no shell of the one before; an archived loop has none. */
  async function endAllOf({ id, driver, state }: LoopRecord): Promise<void> {
    const list = await listOf(id).read()
    if (!list || (list.driver === driver && !hasNoDriver.has(state.kind))) return
    for (const terminal of list.terminals) await endShell(id, terminal)
    await disk.remove(fileOf(id))
    needs.onlookers.tell(id)
  }

  const leave = needs.events.on("loop.changed", ({ loop, record, rights }) => {
    if (rights) needs.background.run("end terminals", () => serial(loop, () => endAllOf(record)))
  })

  return {
    find,
    async list(loop) {
      const [{ terminals }, kept] = await Promise.all([read(loop), runningIn(sandboxes.running(loop.record.id))])
      const stateOf = (terminal: TerminalRecord): TerminalState => {
        if (!kept) return isReady ? "gone" : "unknown"
        return kept.get(keptId(terminal)) ?? "gone"
      }
      return terminals.map((terminal) => ({ ...terminal, state: stateOf(terminal) }))
    },
    shared,
    seen: async (loop) => (loop.drives ? (await read(loop)).terminals : shared(loop)),
    async findShared(loop, id) {
      const wanted = parseTerminalId(id)
      return (await shared(loop)).find((one) => one.id === wanted)
    },
    share: (loop, id, isShared) =>
      serial(loop.record.id, async () => {
        const terminal = await find(loop, id)
        if (!terminal) return "no-such-terminal"
        const { shared: _, ...own } = terminal
        const now = isShared ? { ...own, shared: true as const } : own
        await change(loop, (terminals) => terminals.map((one) => (one.id === terminal.id ? now : one)))
        return "done"
      }),
    // One person opens one after the other, wherever that is.
    open: (loop) => serial(`of ${loop.record.driver}`, () => serial(loop.record.id, () => open(loop))),
    again: (loop, id) => serial(loop.record.id, () => again(loop, id)),
    rename: (loop, id, name) =>
      serial(loop.record.id, async () => {
        const terminal = await find(loop, id)
        if (!terminal) return "no-such-terminal"
        await change(loop, (terminals) => terminals.map((one) => (one.id === terminal.id ? { ...one, name } : one)))
        return "renamed"
      }),
    close: (loop, id) =>
      serial(loop.record.id, async () => {
        const terminal = await find(loop, id)
        if (!terminal) return
        await endShell(loop.record.id, terminal)
        await change(loop, (terminals) => terminals.filter((one) => one.id !== terminal.id))
      }),
    get isReady() {
      return isReady
    },
    ready() {
      isReady = true
    },
    async isBusy(loop) {
      const box = sandboxes.running(loop)
      if (!box) return false
      // A mark is a kept program's id, and which guest started it.
      const own = ((await listOf(loop).read())?.terminals ?? []).map((terminal) => `${keptId(terminal)}-`)
      const ours = (await box.processes()).filter(({ mark }) => own.some((begin) => mark?.startsWith(begin)))
      const shells = new Set(ours.map(({ mark }) => mark)).size
      return ours.length > shells
    },
    [Symbol.dispose]: leave,
  }
}

const loginShell: [string, ...string[]] = ["bash", "--login"]
const hasNoDriver: ReadonlySet<LoopRecord["state"]["kind"]> = new Set(["archived", "offered", "deleted"])

/** By kept id how it is; undefined when the sandbox does not. */
async function runningIn(box: Box | undefined): Promise<Map<string, "running" | "ended"> | undefined> {
  if (!box) return undefined
  try {
    return new Map(
      (await box.kept()).map(({ id, running }) => [id, running ? ("running" as const) : ("ended" as const)]),
    )
  } catch (error) {
    if (error instanceof LinkFailed) return undefined
    throw error
  }
}
