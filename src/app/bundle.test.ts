import { expect, test } from "bun:test"
import { join } from "node:path"
import { testPlugin } from "../testing/plugin.ts"

test("every file of the builtin plugin is brought along, and its manifest and skills are named as the agent asks for them", async () => {
  const folder = join(import.meta.dir, "../../templates/plugins/loopat")
  const plugin = await testPlugin()
  const there = await Array.fromAsync(new Bun.Glob("**/*").scan({ cwd: folder, dot: true }))
  expect(Object.keys(plugin).toSorted()).toEqual(there.toSorted())
  expect(JSON.parse(plugin[".claude-plugin/plugin.json"] ?? "")).toMatchObject({
    name: "loopat",
    description: expect.any(String),
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  })
  for (const name of ["promote", "onboarding"])
    expect(plugin[`skills/${name}/SKILL.md`]).toMatch(new RegExp(`^---\nname: ${name}\ndescription: .+\n---\n`))
})
