/** Builds what browsers load: script, style sheet and icon, and those of panels and terminal, each under a name made from its content. */
import { mkdir, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"

const root = join(import.meta.dir, "..", "..")

/** Layers are named in the first file, so the order of the others only groups them. */
const styleFiles = ["tokens", "base", "parts", "prose", "frame", "system", "loop", "narrow"]

export interface BuiltAsset {
  role: keyof typeof stems
  name: string
  type: string
  bytes: Uint8Array
}

export async function buildAssets(): Promise<BuiltAsset[]> {
  const css = (name: string) => join(root, "public/css", `${name}.css`)
  const [script, style, icon, panelStyle, terminalScript, terminalStyle] = await Promise.all([
    buildScript("public/app.ts"),
    buildStyle(styleFiles.map(css)),
    Bun.file(join(root, "public/icon.svg")).bytes(),
    buildStyle(["panels", "changes", "previews"].map(css)),
    buildScript("public/terminal.ts"),
    buildStyle([join(root, "node_modules/@xterm/xterm/css/xterm.css"), css("terminal")]),
  ])
  return [
    named({ role: "script", type: "text/javascript; charset=utf-8", bytes: script }),
    named({ role: "style", type: "text/css; charset=utf-8", bytes: style }),
    named({ role: "icon", type: "image/svg+xml", bytes: icon }),
    named({ role: "panel-style", type: "text/css; charset=utf-8", bytes: panelStyle }),
    named({ role: "terminal-script", type: "text/javascript; charset=utf-8", bytes: terminalScript }),
    named({ role: "terminal-style", type: "text/css; charset=utf-8", bytes: terminalStyle }),
  ]
}

/** Writes them with their compressed forms and a manifest into a folder, which is emptied first. */
export async function writeAssets(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const assets = await buildAssets()
  for (const { name, bytes } of assets) {
    await Bun.write(join(folder, name), bytes)
    await Bun.write(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
    await Bun.write(join(folder, `${name}.br`), brotli(bytes))
  }
  const manifest = assets.map(({ role, name, type }) => ({ role, name, type }))
  await Bun.write(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const licence of await readdir(join(root, "public/licenses"))) {
    await Bun.write(join(folder, "licenses", licence), Bun.file(join(root, "public/licenses", licence)))
  }
}

async function buildScript(entry: string): Promise<Uint8Array> {
  const built = await Bun.build({
    entrypoints: [join(root, entry)],
    target: "browser",
    format: "esm",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
  })
  const [output] = built.outputs
  if (!built.success || output === undefined) throw new AggregateError(built.logs, "the script does not build")
  return new Uint8Array(await output.arrayBuffer())
}

async function buildStyle(paths: string[]): Promise<Uint8Array> {
  const files = await Promise.all(paths.map((path) => Bun.file(path).text()))
  return new TextEncoder().encode(minifyStyle(files.join("\n")))
}

/** Leaves out comments and white space where they say nothing; words inside quotes stay as they are. */
export function minifyStyle(css: string): string {
  return css
    .replace(/("[^"\n]*")|\/\*[\s\S]*?\*\//g, (_, quoted: string | undefined) => quoted ?? "")
    .split(/("[^"\n]*")/)
    .map((part) => (part.startsWith('"') ? part : withoutSpace(part)))
    .join("")
    .trim()
}

const withoutSpace = (css: string) =>
  css
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;}/g, "}")

const brotli = (bytes: Uint8Array) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  })

const stems = {
  script: ["app", "js"],
  style: ["app", "css"],
  icon: ["icon", "svg"],
  "panel-style": ["panels", "css"],
  "terminal-script": ["terminal", "js"],
  "terminal-style": ["terminal", "css"],
} as const

function named({ role, type, bytes }: Omit<BuiltAsset, "name">): BuiltAsset {
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 12)
  const [stem, ending] = stems[role]
  return { role, name: `${stem}-${hash}.${ending}`, type, bytes }
}

if (import.meta.main) {
  await writeAssets(join(root, "dist/assets"))
}
