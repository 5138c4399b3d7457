import type { Rule, Sighting } from "../rule.ts"
import { dotted, enclosing, leadingText, type Placed, type Source } from "../source.ts"
import { isServer, layerOf } from "./features.ts"

/** The guest is a program of its own that runs inside the sandbox: it is the far side of every one of these borders. */
export const isGuest = (path: string) => path.startsWith("src/sandbox/guest/") || path === "src/cli/guest.ts"

const outside =
  (...places: string[]) =>
  (path: string): boolean =>
    isServer(path) && !isGuest(path) && !places.some((place) => path === place || path.startsWith(`${place}/`))

const onlyReads = new Set(
  "readFile readdir stat lstat readlink realpath access exists constants watch createReadStream opendir statfs"
    .split(" ")
    .flatMap((name) => [name, `${name}Sync`]),
)

/** Routes, what makes their answers, and the parts that are HTTP servers themselves. */
const speaksHttp =
  /(^|[/-])(routes|replies|present|forms)\.tsx?$|^src\/(gateway|api)\/|^src\/sandbox\/link\/gateway-socket\.ts$|^src\/preview\/(entering|front|listener|pages|proxy|static)\.tsx?$/

const podmanFlags =
  /^--(userns|cap-(add|drop)|security-opt|mount|tmpfs|pids-limit|network|pull|init|label|memory|cpus|read-only|ulimit|uidmap|gidmap|subuidname|cgroup-parent)(=|$)/

export const placeRules: Rule[] = [
  {
    name: "one-place-spawns",
    keeps: "style 14, invariant 1",
    instead: "describe the call as a Command and run it through platform/process",
    covers: outside("src/platform/process"),
    find: (source) => [
      ...importsFrom(source, /^(node:)?(child_process|cluster|worker_threads)$/),
      ...namesUsed(source, ["Bun.spawn", "Bun.spawnSync", "Bun.$", "Bun.Terminal"]),
      ...source.imports
        .filter(
          ({ from, names }) => from === "bun" && names.some((name) => /^(spawn|spawnSync|\$|Terminal)$/.test(name)),
        )
        .map(({ at }) => ({ at, what: "Bun's spawn is imported" })),
    ],
  },
  {
    name: "no-shell-line",
    keeps: "invariant 1",
    instead: "give the program and its arguments as a list of their own",
    covers: (path) => isServer(path) && !isGuest(path),
    find: (source) =>
      argvs(source)
        .filter(
          ([program, flag]) => /^(.*\/)?(ba|da|z)?sh$/.test(program?.text ?? "") && /^-[a-z]*c$/.test(flag?.text ?? ""),
        )
        .map(([program]) => ({ at: program?.at ?? 0, what: "a shell line is built" })),
  },
  {
    name: "one-place-writes",
    keeps: "style 16, invariant 2",
    instead: "write through platform/disk, which makes it atomic and durable",
    covers: outside("src/platform/disk"),
    find: (source) => [
      ...source.imports
        .filter(({ from, typeOnly }) => /^(node:)?fs(\/promises)?$/.test(from) && !typeOnly)
        .flatMap(({ at, names }) =>
          names.filter((name) => !onlyReads.has(name)).map((name) => ({ at, what: `fs.${name} is taken` })),
        ),
      ...namesUsed(source, ["Bun.write"]),
      ...source
        .of("CallExpression")
        .filter(({ node }) => isFileWrite(node.callee))
        .map(({ node }) => ({ at: node.start, what: "Bun.file is written to" })),
    ],
  },
  {
    name: "one-place-says-git",
    keeps: "invariant 3",
    instead: "add a function to platform/git that returns the Command",
    covers: outside("src/platform/git"),
    find: (source) => [
      ...argvs(source)
        .filter(([program]) => /^(.*\/)?git(-crypt)?$/.test(program?.text ?? ""))
        .map(([program]) => ({ at: program?.at ?? 0, what: "a git command is spelled out" })),
      ...importsFrom(source, /^isomorphic-git/),
    ],
  },
  {
    name: "podman-flags",
    keeps: "architecture, folders",
    instead: "put the flag into sandbox/args.ts, the one place that knows podman's command line",
    covers: outside("src/sandbox/args.ts"),
    find: (source) => [
      ...argvs(source)
        .filter(([program]) => /^(.*\/)?podman$/.test(program?.text ?? ""))
        .map(([program]) => ({ at: program?.at ?? 0, what: "a podman command is spelled out" })),
      ...source
        .of("Literal", "TemplateLiteral")
        .filter(({ node }) => podmanFlags.test(leadingText(node) ?? ""))
        .map(({ node }) => ({ at: node.start, what: `the podman flag ${leadingText(node)}` })),
    ],
  },
  {
    name: "pty",
    keeps: "architecture, folders",
    instead: "only terminal/ asks a sandbox for a terminal",
    covers: outside("src/terminal", "src/sandbox", "src/platform/process"),
    find: (source) =>
      source
        .of("Property")
        .filter(({ node, parent }) => parent?.node.type === "ObjectExpression" && dotted(node.key) === "pty")
        .map(({ node }) => ({ at: node.start, what: "a terminal is asked for" })),
  },
  {
    name: "secret-revealed",
    keeps: "style 23, invariant 12",
    instead:
      "pass the Secret on; only platform/process, accounts, sandbox, vault, gateway, agent/claude.ts and the start banner open one",
    covers: outside(
      ...["src/platform/process", "src/platform/secret.ts", "src/platform/http/cookie.ts"],
      ...["src/sandbox", "src/vault", "src/gateway"],
      ...["src/accounts", "src/agent/claude.ts", "src/cli/banner.ts"],
    ),
    find: (source) =>
      source
        .of("CallExpression")
        .filter(({ node }) => node.callee.type === "MemberExpression" && dotted(node.callee.property) === "reveal")
        .map(({ node }) => ({ at: node.start, what: "a secret is revealed" })),
  },
  {
    name: "raw-html",
    keeps: "style 19, invariant 8",
    instead: "print it as text, or make it in lib/markdown, lib/ansi or lib/highlight, where its escaping is proved",
    covers: (path) => isServer(path) && !/^src\/lib\/(jsx\/.*|(markdown|ansi|highlight)[^/]*)$/.test(path),
    find: (source) => [
      ...calls(source, (name) => name === "raw").map(({ node }) => ({ at: node.start, what: "raw() is called" })),
      ...source
        .of("NewExpression")
        .filter(({ node }) => dotted(node.callee) === "SafeHtml")
        .map(({ node }) => ({ at: node.start, what: "a SafeHtml is made by hand" })),
    ],
  },
  {
    name: "http-status",
    keeps: "style 8",
    instead: "return a named outcome; routes and what shows their answers turn names into a status once",
    covers: (path) => layerOf(path) === "feature" && !speaksHttp.test(path) && !isGuest(path),
    find: (source) => [
      ...calls(source, (name) => name === "status").map(({ node }) => ({ at: node.start, what: "status() is called" })),
      ...source
        .of("Property")
        .filter(
          ({ node }) => dotted(node.key) === "status" && node.value.type === "Literal" && isStatus(node.value.value),
        )
        .map(({ node }) => ({ at: node.start, what: "an HTTP status stands in domain code" })),
    ],
  },
  {
    name: "console",
    keeps: "architecture, folders",
    instead: "write to the Log that was passed in",
    covers: (path) => isServer(path) && !isGuest(path) && path !== "src/main.ts",
    find: (source) =>
      calls(source, (name) => name.startsWith("console.") || /^process\.std(out|err)\.write$/.test(name)).map(
        ({ node }) => ({
          at: node.start,
          what: "standard output is written directly",
        }),
      ),
  },
]

export function calls(source: Source, wanted: (name: string) => boolean) {
  return source.of("CallExpression").filter(({ node }) => wanted(dotted(node.callee) ?? ""))
}

/** Every use of a dotted name, called or passed on, but not as a piece of a longer name already counted. */
export function namesUsed(source: Source, names: readonly string[]): Sighting[] {
  return source.of("MemberExpression").flatMap((placed) => {
    const name = dotted(placed.node)
    return name !== undefined && names.includes(name) ? [{ at: placed.node.start, what: `${name} is used` }] : []
  })
}

function importsFrom(source: Source, module: RegExp): Sighting[] {
  return source.imports
    .filter(({ from }) => module.test(from))
    .map(({ at, from }) => ({ at, what: `${from} is imported` }))
}

/** Lists of at least two that begin with a string: what a command line looks like in code. */
function argvs(source: Source): { text: string | undefined; at: number }[][] {
  return source
    .of("ArrayExpression")
    .filter((placed) => placed.node.elements.length > 1 && isArgument(placed))
    .map(({ node }) =>
      node.elements.slice(0, 2).map((one) => ({ text: leadingText(one), at: one?.start ?? node.start })),
    )
}

/** A list that is only looked into, such as `["git", "jj"].includes(x)`, is no command line. */
const isArgument = (placed: Placed) =>
  placed.parent?.node.type !== "MemberExpression" && !enclosing(placed, "TSTypeAnnotation")

function isFileWrite(callee: Parameters<typeof dotted>[0]): boolean {
  if (callee.type !== "MemberExpression" || callee.object.type !== "CallExpression") return false
  return (
    dotted(callee.object.callee) === "Bun.file" && /^(writer|write|delete|unlink)$/.test(dotted(callee.property) ?? "")
  )
}

const isStatus = (value: unknown) => typeof value === "number" && value >= 100 && value <= 599
