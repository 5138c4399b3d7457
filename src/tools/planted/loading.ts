import type { Plant } from "./plant.ts"

const path = "src/loops/start.ts"

export const loading: Plant[] = [
  {
    rule: "empty-catch",
    path,
    bad: "export function f(g: () => void) {\n  try {\n    g()\n  } catch {\n    // Nobody needs to know.\n  }\n}",
    good: "export function f(g: () => void) {\n  try {\n    g()\n  } catch (error) {\n    if (!(error instanceof RangeError)) throw error\n  }\n}",
  },
  {
    rule: "environment",
    path,
    bad: "export const home = () => process.env.HOME",
    good: "export const home = () => process.env.HOME",
    goodPath: "src/main.ts",
  },
  {
    rule: "time-and-chance",
    path,
    bad: "export const at = () => Date.now()",
    good: "export const at = (now: number) => now",
  },
  {
    rule: "time-and-chance",
    path,
    bad: "export const at = () => new Date()",
    good: "export const at = (now: number) => new Date(now)",
  },
  {
    rule: "time-and-chance",
    path,
    bad: 'import { randomBytes } from "node:crypto"\nexport const id = () => randomBytes(8)',
    good: 'import { createHash } from "node:crypto"\nexport const id = () => createHash("sha256")',
  },
  {
    rule: "time-and-chance",
    path,
    bad: "export const later = (then: () => void) => setTimeout(then, 10)",
    good: "export const later = (clock: { after(ms: number, then: () => void): void }, then: () => void) => clock.after(10, then)",
  },
  {
    rule: "module-state",
    path,
    bad: "let last = 0\nexport const next = () => ++last",
    good: "export const counter = () => {\n  let last = 0\n  return () => ++last\n}",
  },
  {
    rule: "module-state",
    path,
    bad: "const running = new Map<string, number>()\nexport const size = () => running.size",
    good: 'const known = new Set(["a", "b"])\nexport const has = (name: string) => known.has(name)',
  },
  {
    rule: "module-state",
    path,
    bad: "const seen: string[] = []\nexport const see = (name: string) => seen.push(name)",
    good: "const known: string[] = []\nexport const has = (name: string) => known.includes(name)",
  },
  {
    rule: "load-does-nothing",
    path,
    bad: 'export const text = await Bun.file("a").text()',
    good: 'export const text = async () => await Bun.file("a").text()',
  },
  {
    rule: "load-does-nothing",
    path,
    bad: 'process.on("SIGINT", () => {})',
    good: 'export const listen = () => process.on("SIGINT", () => {})',
  },
  {
    rule: "load-does-nothing",
    path,
    bad: 'import "./stop.ts"',
    good: 'import type {} from "./stop.ts"',
  },
]
