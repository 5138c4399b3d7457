import type { Plant } from "./plant.ts"

const path = "views/components/row.tsx"

export const views: Plant[] = [
  {
    rule: "view-is-pure",
    path,
    bad: "export async function Row() {\n  return <p />\n}",
    good: "export function Row() {\n  return <p />\n}",
  },
  {
    rule: "view-is-pure",
    path,
    bad: 'export const Row = () => <p>{Bun.file("a").size}</p>',
    good: "export const Row = ({ size }: { size: number }) => <p>{size}</p>",
  },
  {
    rule: "view-is-pure",
    path,
    bad: 'import { readFileSync } from "node:fs"\nexport const Row = () => <p>{readFileSync("a")}</p>',
    good: 'import { ago } from "../../src/lib/time.ts"\nexport const Row = () => <p>{ago}</p>',
  },
  {
    rule: "view-urls",
    path,
    bad: "export const Row = ({ id }: { id: string }) => <a href={`/loops/${id}`} />",
    good: "export const Row = ({ url }: { url: string }) => <a href={url} />",
  },
  {
    rule: "view-urls",
    path,
    bad: 'export const Row = () => <a href="/" />',
    good: 'export const Row = () => <p data-shortcut="/" />',
  },
  {
    rule: "view-words",
    path,
    bad: "export const Row = () => <p>No loops yet</p>",
    good: "export const Row = ({ words }: { words: { none: string } }) => <p>{words.none}</p>",
  },
  {
    rule: "view-words",
    path,
    bad: 'export const Row = () => <input placeholder="Title" />',
    good: 'export const Row = () => <input name="title" />',
  },
  {
    rule: "view-script",
    path,
    bad: "export const Row = ({ name }: { name: string }) => <p x-data={`{ name: '${name}' }`} />",
    good: 'export const Row = ({ name }: { name: string }) => <p x-data="rename" data-name={name} />',
  },
]
