/** Builds what browsers load: script, style sheet and icon, and those of panels, terminal, editor and diagrams, each under a name made from its content. */
import { mkdir, readdir, rm } from "node:fs/promises"
import { basename, join } from "node:path"
import { promisify } from "node:util"
import { brotliCompress, constants } from "node:zlib"

const root = join(import.meta.dir, "..", "..")

/** Layers are named in the first file, so the order of the others only groups them. */
const styleFiles = ["tokens", "base", "parts", "prose", "frame", "system", "loop", "narrow"]

export interface BuiltAsset {
  /** `editor-part`: the editor loads it by itself, for one language. */
  role: keyof typeof stems | "editor-script" | "editor-part"
  name: string
  type: string
  bytes: Uint8Array
}

export async function buildAssets(): Promise<BuiltAsset[]> {
  const css = (name: string) => join(root, "public/css", `${name}.css`)
  const [script, style, icon, panelStyle, terminalScript, terminalStyle, diagramScript, editor] = await Promise.all([
    buildScript("public/app.ts"),
    buildStyle(styleFiles.map(css)),
    Bun.file(join(root, "public/icon.svg")).bytes(),
    buildStyle(["panels", "changes", "previews", "findings", "context", "code"].map(css)),
    buildScript("public/terminal.ts"),
    buildStyle([join(root, "node_modules/@xterm/xterm/css/xterm.css"), css("terminal")]),
    buildDiagrams("public/diagrams.ts"),
    buildParts("public/editor.ts"),
  ])
  return [
    named({ role: "script", type: "text/javascript; charset=utf-8", bytes: script }),
    named({ role: "style", type: "text/css; charset=utf-8", bytes: style }),
    named({ role: "icon", type: "image/svg+xml", bytes: icon }),
    named({ role: "panel-style", type: "text/css; charset=utf-8", bytes: panelStyle }),
    named({ role: "terminal-script", type: "text/javascript; charset=utf-8", bytes: terminalScript }),
    named({ role: "terminal-style", type: "text/css; charset=utf-8", bytes: terminalStyle }),
    named({ role: "diagram-script", type: "text/javascript; charset=utf-8", bytes: diagramScript }),
    ...editor,
  ]
}

/** Writes them compressed, with a manifest, into a folder, which is emptied first. The server makes the other forms. */
export async function writeAssets(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const assets = await buildAssets()
  await Promise.all(assets.map(async ({ name, bytes }) => Bun.write(join(folder, `${name}.br`), await brotli(bytes))))
  const manifest = assets.map(({ role, name, type }) => ({ role, name, type }))
  await Bun.write(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const licence of await readdir(join(root, "public/licenses"))) {
    await Bun.write(join(folder, "licenses", licence), Bun.file(join(root, "public/licenses", licence)))
  }
}

async function buildScript(entry: string, special: Partial<Bun.BuildConfig> = {}): Promise<Uint8Array> {
  const built = await Bun.build({
    entrypoints: [join(root, entry)],
    target: "browser",
    format: "esm",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    ...special,
  })
  const [output] = built.outputs
  if (!built.success || output === undefined) throw new AggregateError(built.logs, "the script does not build")
  return new Uint8Array(await output.arrayBuffer())
}

/**
 * One script, since the frame that loads it may ask for no module. Left out are a layout engine that is chosen by a line
 * of settings and the formulas in diagrams: a third of all of it.
 */
const buildDiagrams = (entry: string): Promise<Uint8Array> =>
  buildScript(entry, {
    format: "iife",
    plugins: [
      {
        name: "left out",
        setup(build) {
          build.onResolve({ filter: /^(elkjs|katex)\b/ }, ({ path }) => ({ path, namespace: "left-out" }))
          build.onLoad({ filter: /./, namespace: "left-out" }, () => ({ contents: leftOut, loader: "js" }))
        },
      },
    ],
  })

const leftOut =
  'function no() { throw new Error("this part of Mermaid is not here") } export default no; export const renderToString = no'

/** A script in several files: the first, and those that it asks for when it needs them, by names that stand in it. */
async function buildParts(entry: string): Promise<BuiltAsset[]> {
  const built = await Bun.build({
    entrypoints: [join(root, entry)],
    target: "browser",
    format: "esm",
    minify: true,
    splitting: true,
    naming: { entry: "[name]-[hash].[ext]", chunk: "[name]-part-[hash].[ext]" },
    define: { "process.env.NODE_ENV": '"production"' },
  })
  if (!built.success) throw new AggregateError(built.logs, "the script does not build")
  return Promise.all(
    built.outputs.map(async (output) => ({
      role: output.kind === "entry-point" ? ("editor-script" as const) : ("editor-part" as const),
      name: basename(output.path),
      type: "text/javascript; charset=utf-8",
      bytes: new Uint8Array(await output.arrayBuffer()),
    })),
  )
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

/** The last tenth of what draws diagrams would cost ten times as long as all the rest. */
const brotli = (bytes: Uint8Array) =>
  promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: bytes.length > 1_000_000 ? 9 : 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })

const stems = {
  script: ["app", "js"],
  style: ["app", "css"],
  icon: ["icon", "svg"],
  "panel-style": ["panels", "css"],
  "terminal-script": ["terminal", "js"],
  "terminal-style": ["terminal", "css"],
  "diagram-script": ["diagrams", "js"],
} as const

type Whole = Omit<BuiltAsset, "name" | "role"> & { role: keyof typeof stems }

function named({ role, type, bytes }: Whole): BuiltAsset {
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 12)
  const [stem, ending] = stems[role]
  return { role, name: `${stem}-${hash}.${ending}`, type, bytes }
}

if (import.meta.main) {
  await writeAssets(join(root, "dist/assets"))
}
