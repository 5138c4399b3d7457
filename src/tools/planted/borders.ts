import type { Plant } from "./plant.ts"

const path = "src/loops/start.ts"

export const borders: Plant[] = [
  {
    rule: "one-place-spawns",
    path,
    bad: 'export const start = () => Bun.spawn(["true"])',
    good: 'export const start = (run: (argv: string[]) => void) => run(["true"])',
  },
  {
    rule: "one-place-spawns",
    path,
    bad: 'import { execFile } from "node:child_process"\nexport const start = () => execFile("true")',
    good: 'import { execFile } from "node:child_process"\nexport const start = () => execFile("true")',
    goodPath: "src/platform/process/processes.ts",
  },
  {
    rule: "no-shell-line",
    path,
    bad: "export const start = (dir: string) => ['/bin/sh', '-c', `ls ${dir}`]",
    good: "export const start = (dir: string) => ['ls', '--', dir]",
  },
  {
    rule: "one-place-writes",
    path,
    bad: 'import { writeFile } from "node:fs/promises"\nexport const start = () => writeFile("a", "b")',
    good: 'import { readFile } from "node:fs/promises"\nexport const start = () => readFile("a")',
  },
  {
    rule: "one-place-writes",
    path,
    bad: 'import * as fs from "node:fs"\nexport const start = () => fs',
    good: 'import type * as fs from "node:fs"\nexport type Start = typeof fs',
  },
  {
    rule: "one-place-writes",
    path,
    bad: 'export const start = () => Bun.write("a", "b")',
    good: 'export const start = () => Bun.file("a").text()',
  },
  {
    rule: "one-place-writes",
    path,
    bad: 'export const start = () => Bun.file("a").writer()',
    good: 'export const start = () => Bun.file("a").stream()',
  },
  {
    rule: "secret-revealed",
    path,
    bad: "export const start = (key: { reveal(): string }) => key.reveal()",
    good: "export const start = (key: { reveal(): string }) => key.reveal()",
    goodPath: "src/gateway/key.ts",
  },
  {
    rule: "pty",
    path,
    bad: "export const start = (box: { run(r: object): void }) => box.run({ pty: { columns: 80 } })",
    good: "export const start = (box: { run(r: object): void }) => box.run({ argv: [] })",
  },
  {
    rule: "console",
    path,
    bad: 'export const start = () => console.log("started")',
    good: 'export const start = (log: { info(text: string): void }) => log.info("started")',
  },
  {
    rule: "http-status",
    path,
    bad: "export const start = () => ({ status: 409 })",
    good: 'export const start = () => ({ kind: "archived" })',
  },
  {
    rule: "http-status",
    path,
    bad: 'export const start = (status: (code: number, text: string) => void) => status(404, "no")',
    good: 'export const start = (status: (code: number, text: string) => void) => status(404, "no")',
    goodPath: "src/loops/list-routes.tsx",
  },
]

export const gitAndPodman: Plant[] = [
  {
    rule: "one-place-says-git",
    path,
    bad: 'export const start = () => ["git", "status"]',
    good: 'export const start = (vcs: string) => ["git", "jj"].includes(vcs)',
  },
  {
    rule: "one-place-says-git",
    path,
    bad: 'import git from "isomorphic-git"\nexport const start = () => git',
    good: 'import git from "isomorphic-git"\nexport const start = () => git',
    goodPath: "src/platform/git/read.ts",
  },
  {
    rule: "podman-flags",
    path,
    bad: 'export const start = () => ["podman", "ps"]',
    good: 'export const start = () => ["podman", "ps"]',
    goodPath: "src/sandbox/args.ts",
  },
  {
    rule: "podman-flags",
    path: "src/sandbox/start.ts",
    bad: "export const start = (id: string) => `--userns=${id}`",
    good: "export const start = (id: string) => `--model=${id}`",
  },
]

export const markup: Plant[] = [
  {
    rule: "raw-html",
    path: "views/pages/loop.tsx",
    bad: 'import { raw } from "../../src/lib/jsx/safe-html.ts"\nexport const Title = ({ title }: { title: string }) => raw(title)',
    good: "export const Title = ({ title }: { title: string }) => <h1>{title}</h1>",
  },
  {
    rule: "raw-html",
    path: "src/loops/present.ts",
    bad: 'import { SafeHtml } from "../lib/jsx/safe-html.ts"\nexport const made = (text: string) => new SafeHtml(text)',
    good: 'import { raw } from "./jsx/safe-html.ts"\nexport const made = (text: string) => raw(text)',
    goodPath: "src/lib/markdown.ts",
  },
]
