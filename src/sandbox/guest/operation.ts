import {
  acknowledgeShape,
  frame,
  type FrameType,
  type Request,
  type RequestOf,
  requestShape,
  signalShape,
  sizeShape,
  type View,
} from "../link/protocol.ts"
import { readJson } from "../link/shape.ts"
import type { Wire, WireEnd } from "../link/wire.ts"
import { type Child, startChild } from "./child.ts"
import { deliver } from "./deliver.ts"
import { createFiles, type Roots } from "./files.ts"
import { programs, stats } from "./inside.ts"
import type { KeptPrograms } from "./kept.ts"
import { endMarked, type RootReach } from "./marks.ts"
import { asFailure } from "./refusal.ts"
import { tunnel } from "./tunnel.ts"
import { watchFolder } from "./watch.ts"
import { folderBeneath } from "./beneath.ts"

export interface OperationNeeds {
  kept: KeptPrograms
  asRoot: RootReach
  roots: Roots
}

/** Waits for the request on a connection the server asked for, and does it. */
export function awaitRequest(needs: OperationNeeds): WireEnd & { on(wire: Wire): void } {
  let wire: Wire | undefined
  return {
    on(opened) {
      wire = opened
    },
    frame(type, payload) {
      if (!wire || type !== frame.start) return wire?.cut("an operation begins with its request")
      void perform(needs, wire, readJson(payload, requestShape))
    },
    closed() {},
  }
}

async function perform(needs: OperationNeeds, wire: Wire, request: Request): Promise<void> {
  try {
    await dispatch(needs, wire, request)
  } catch (error) {
    void wire.sendJson(frame.failed, asFailure(error))
    wire.finish()
  }
}

async function dispatch(needs: OperationNeeds, wire: Wire, request: Request): Promise<void> {
  switch (request.op) {
    case "run":
      return run(needs, wire, request)
    case "keep":
      needs.kept.start(request.id, request)
      return attach(needs, wire, { id: request.id })
    case "attach":
      return attach(needs, wire, request)
    case "watch":
      return watchFolder(needs.roots, wire, request)
    case "connect":
      return tunnel(wire, request.port)
    case "read":
      await createFiles(needs.roots).read(request, (bytes) => wire.send(frame.data, bytes))
      return answer(wire, {})
    case "write":
      return receive(wire, (pieces) => createFiles(needs.roots).write(request, pieces))
    case "deliver":
      return receive(wire, (pieces) => deliver(needs.roots.home, request, pieces))
    default:
      return answer(wire, await short(needs, request))
  }
}

/** Requests whose answer is one frame. */
type ShortRequest = Exclude<
  Request,
  { op: "run" | "keep" | "attach" | "watch" | "connect" | "read" | "write" | "deliver" }
>

async function short(needs: OperationNeeds, request: ShortRequest): Promise<unknown> {
  const files = createFiles(needs.roots)
  switch (request.op) {
    case "kept":
      return { kept: needs.kept.list() }
    case "end-kept":
      return needs.kept.end(request.id)
    case "list":
      return files.list(request)
    case "stat":
      return files.stat(request)
    case "make-folder":
      return files.makeFolder(request)
    case "move":
      return files.move(request)
    case "remove":
      return files.remove(request)
    case "processes":
      return programs()
    case "stats":
      return stats()
  }
}

function answer(wire: Wire, result: unknown): void {
  void wire.sendJson(frame.result, result ?? {})
  wire.finish()
}

/** A program that ends with its connection, and with it everything it started. */
async function run({ asRoot, roots }: OperationNeeds, wire: Wire, request: RequestOf<"run">): Promise<void> {
  // Held until the program has started in it: whatever happens to its path meanwhile leads nowhere else.
  await using start = request.within && (await folderBeneath(roots[request.within.root], request.within.path))
  const child = startChild(
    start ? { ...request, cwd: start.folder.replace("self", String(process.pid)) } : request,
    request.mark,
    {
      stdout: (bytes) => wire.send(frame.stdout, bytes),
      stderr: (bytes) => wire.send(frame.stderr, bytes),
    },
  )
  let over = false
  wire.handOver({
    frame: (type, payload) => control(child, wire, { type, payload }),
    closed() {
      if (over) return
      child.hangUp()
      void endMarked(request.mark, asRoot, child.since)
    },
  })
  void wire.send(frame.started)
  void child.exited.then(async (exit) => {
    over = true
    void wire.sendJson(frame.exit, exit)
    wire.finish()
    await endMarked(request.mark, asRoot, child.since)
  })
}

function attach({ kept }: OperationNeeds, wire: Wire, { id, ...view }: View & { id: string }): void {
  const child = kept.attach(id, wire, view)
  wire.handOver({
    frame(type, payload) {
      if (type === frame.acknowledge) kept.acknowledge(id, wire, readJson(payload, acknowledgeShape).bytes)
      else control(child, wire, { type, payload })
    },
    closed: () => kept.detach(id, wire),
  })
}

function control(child: Child, wire: Wire, { type, payload }: { type: FrameType; payload: Uint8Array }): void {
  if (type === frame.stdin) {
    // A program that does not read its input stops its writer at the server.
    wire.pause()
    void child.write(payload).then(() => wire.resume())
  } else if (type === frame.stdinEnd) {
    void child.closeInput()
  } else if (type === frame.resize) {
    const { columns, rows } = readJson(payload, sizeShape)
    child.resize(columns, rows)
  } else if (type === frame.signal) {
    child.signal(readJson(payload, signalShape).name)
  }
}

/** Something that comes in pieces after its request. */
async function receive(wire: Wire, take: (pieces: AsyncIterable<Uint8Array>) => Promise<unknown>): Promise<void> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const taken = take(readable)
  wire.handOver({
    frame(type, payload) {
      if (type === frame.end) return void writer.close().catch(alreadyFailed)
      if (type !== frame.data) return wire.cut("a file is data and an end")
      wire.pause()
      void writer
        .write(payload)
        .catch(alreadyFailed)
        .then(() => wire.resume())
    },
    closed: () => void writer.abort().catch(alreadyFailed),
  })
  void wire.send(frame.started)
  answer(wire, await taken)
}

/** The write below has failed and says why; its stream refusing further pieces is no second failure. */
const alreadyFailed = () => undefined
