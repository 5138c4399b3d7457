import type { Rule } from "../rule.ts"
import { dotted, enclosing, type Of, type Placed, runsOnLoad, type Source } from "../source.ts"
import { isServer } from "./features.ts"
import { calls, isGuest, namesUsed } from "./places.ts"

const below = (path: string) => isServer(path) && path !== "src/main.ts"

export const loadingRules: Rule[] = [
  {
    name: "empty-catch",
    keeps: "style 9",
    instead: "catch the error you can name and throw the others on, or use bestEffort, which logs its reason",
    covers: isServer,
    find: (source) =>
      source
        .of("CatchClause")
        .filter(({ node }) => node.body.body.length === 0)
        .map(({ node }) => ({ at: node.start, what: "an error is swallowed" })),
  },
  {
    name: "environment",
    keeps: "style 22, invariant 10",
    instead: "take the value as an argument; main.ts reads the environment",
    covers: (path) => below(path) && !isGuest(path),
    find: (source) => namesUsed(source, ["process.env", "Bun.env", "import.meta.env"]),
  },
  {
    name: "time-and-chance",
    keeps: "style 22, invariant 10",
    instead: "take `clock: Clock` or `ids: NewId` as a need",
    covers: (path) => below(path) && !isGuest(path) && path !== "src/platform/clock.ts",
    find: (source) => [
      ...namesUsed(source, [
        ...["Date.now", "performance.now", "Bun.nanoseconds", "Math.random"],
        ...["crypto.randomUUID", "crypto.getRandomValues", "Bun.randomUUIDv7"],
      ]),
      ...source.imports
        .filter(({ from }) => from === "node:crypto" || from === "crypto")
        .flatMap(({ at, names }) =>
          names.filter((name) => /^random/.test(name)).map((name) => ({ at, what: `${name} is imported` })),
        ),
      ...source
        .of("NewExpression")
        .filter(({ node }) => dotted(node.callee) === "Date" && node.arguments.length === 0)
        .map(({ node }) => ({ at: node.start, what: "the time is read" })),
      // A child process is ended by the machine's own time, however a test moves its clock.
      ...(source.path.startsWith("src/platform/process/") ? [] : calls(source, (name) => timers.has(name))).map(
        ({ node }) => ({
          at: node.start,
          what: "a timer is started",
        }),
      ),
    ],
  },
  {
    name: "module-state",
    keeps: "style 22, invariant 9",
    instead: "keep it in the function that creates the thing",
    covers: below,
    find: (source) =>
      source
        .of("VariableDeclaration")
        .filter((placed) => runsOnLoad(placed) && !placed.node.declare && !isLoop(placed))
        .flatMap(({ node }) => {
          if (node.kind === "let" || node.kind === "var")
            return [{ at: node.start, what: "a variable of the module changes" }]
          return node.declarations
            .filter((one) => isState(one, source))
            .map(({ start }) => ({ at: start, what: "a module keeps state" }))
        }),
  },
  {
    name: "load-does-nothing",
    keeps: "style 22, invariant 9",
    instead: "move it into a function that main or createApp calls",
    covers: below,
    find: (source) => [
      ...source
        .of("AwaitExpression")
        .filter(runsOnLoad)
        .map(({ node }) => ({ at: node.start, what: "loading the module waits" })),
      ...(source.of("Program")[0]?.node.body ?? [])
        .filter((one) => effects.has(one.type) && !("directive" in one && one.directive))
        .map((one) => ({ at: one.start, what: "loading the module has an effect" })),
      ...source
        .of("ImportDeclaration")
        .filter(
          ({ node }) =>
            node.specifiers.length === 0 && node.importKind !== "type" && !node.source.value.endsWith(".css"),
        )
        .filter(({ node }) => source.text.slice(node.start, node.end).indexOf("{") < 0)
        .map(({ node }) => ({ at: node.start, what: `${node.source.value} is imported for its effect` })),
    ],
  },
]

const timers = new Set(["setTimeout", "setInterval", "Bun.sleep", "Bun.sleepSync"])
const effects = new Set([
  "ExpressionStatement",
  "IfStatement",
  "ForStatement",
  "ForOfStatement",
  "WhileStatement",
  "TryStatement",
  "BlockStatement",
])
const collections = new Set(["Map", "Set"])
const changes = new Set("set add delete clear push unshift pop shift splice sort reverse".split(" "))

const isLoop = (placed: Placed) => enclosing(placed, "ForStatement", "ForOfStatement", "ForInStatement") !== undefined

/**
 * An empty collection only makes sense when it is filled later, and a filled one is state when something changes it.
 * A WeakMap keyed by a request or a loop belongs to whoever owns the key, so it is none.
 */
function isState({ id, init }: Of<"VariableDeclarator">, source: Source): boolean {
  if (!init || id.type !== "Identifier") return false
  if (init.type === "NewExpression" && collections.has(dotted(init.callee) ?? "")) {
    return init.arguments.length === 0 || isChanged(id.name, source)
  }
  if (init.type === "ArrayExpression") return isChanged(id.name, source)
  return init.type === "ObjectExpression" && isAssigned(id.name, source)
}

function isChanged(name: string, source: Source): boolean {
  return source.of("CallExpression").some(({ node }) => {
    const [object, method, more] = (dotted(node.callee) ?? "").split(".")
    return object === name && more === undefined && changes.has(method ?? "")
  })
}

function isAssigned(name: string, source: Source): boolean {
  return source
    .of("AssignmentExpression")
    .some(({ node }) => node.left.type === "MemberExpression" && dotted(node.left.object) === name)
}
