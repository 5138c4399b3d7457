import { expect, test } from "bun:test"
import { sampleWorkspace } from "../testing/sandbox-samples.ts"
import { readToolChain, type ToolRecipe, toolsTag } from "./tool-chain.ts"

const chain = (config: string, lock?: string) => ({
  config,
  tier: "team" as const,
  ...(lock !== undefined && { lock }),
})

function recipe(config: string, lock?: string): ToolRecipe {
  const read = readToolChain(chain(config, lock))
  if (read.kind !== "tools") throw new Error(JSON.stringify(read))
  return read.recipe
}

const tagOf = (config: string, lock?: string, base = "b1") => toolsTag(sampleWorkspace, base, recipe(config, lock))

test("a build gets tools, settings, aliases and plugins, and nothing that acts inside a loop", () => {
  const { config, tools } = recipe(`
[env]
TOKEN = "{{ exec(command='cat /secret') }}"
[tasks.build]
run = "make"
[hooks]
enter = "evil"
[tools]
"npm:prettier" = "3"
node = { version = "22" }
[settings]
jobs = 2
[alias]
node = "nodejs"
[plugins]
own = "https://example.org/own"
[shell_alias]
ll = "ls -l"
`)
  expect(config).toBe(
    '[tools]\n"npm:prettier" = "3"\nnode = { version = "22" }\n\n[settings]\njobs = 2\n\n[alias]\nnode = "nodejs"\n\n[plugins]\nown = "https://example.org/own"\n',
  )
  expect(tools).toEqual(["node", "npm:prettier"])
})

test("the same tools written otherwise share one image; another lock, base, setting or version makes another", () => {
  const plain = tagOf('[tools]\nnode = "22"\n')
  expect(plain).toMatch(/^localhost\/loopat-aaaaaaaa-tools:[0-9a-f]{16}$/)
  expect(tagOf('# of the team\n[env]\nA = "b"\n[tools]\n"node" = \'22\'')).toBe(plain)
  const others = [
    tagOf('[tools]\nnode = "23"'),
    tagOf('[tools]\nnode = "22"\n[settings]\njobs = 1'),
    tagOf('[tools]\nnode = "22"', '[[tools.node]]\nversion = "22.1.0"\n'),
    tagOf('[tools]\nnode = "22"', '[[tools.node]]\nversion = "22.2.0"\n'),
    tagOf('[tools]\nnode = "22"', ""),
    tagOf('[tools]\nnode = "22"', undefined, "b2"),
  ]
  expect(new Set([plain, ...others]).size).toBe(others.length + 1)
})

test("without a tool there is no image to make", () => {
  for (const config of ["", "[tools]", 'tools = "node"', '[env]\nA = "b"\n[settings]\njobs = 1'])
    expect(readToolChain(chain(config))).toEqual({ kind: "none" })
})

test("what mise could not read or what is no tool's name is said before anything is built", () => {
  const check = (config: string, file: string, lock?: string) =>
    expect(readToolChain(chain(config, lock))).toMatchObject({ kind: "unreadable", file })
  check("[tools\nnode = 1", "mise.toml")
  check('[tools]\nnode = "22"', "mise.lock", "[[tools")
  for (const name of ["--help", "-y", "a b", "a\\nb", "$(id)", "x".repeat(201), ""])
    check(`[tools]\n"${name}" = "1"`, "mise.toml")
  check(`[tools]\n${Array.from({ length: 101 }, (_, index) => `t${index} = "1"`).join("\n")}`, "mise.toml")
  check(`# ${"x".repeat(1 << 20)}`, "mise.toml")
})
