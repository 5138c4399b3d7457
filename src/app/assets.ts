import { promisify } from "node:util"
import { brotliDecompress, gzip } from "node:zlib"
import { z } from "zod"
import type { AssetUrls } from "../../views/props/frame.ts"
import { urls } from "../lib/urls.ts"
import { acceptsEncoding } from "../platform/http/accept-encoding.ts"
import type { Bundle } from "./bundle.ts"

/** Scripts, styles and icon, in the forms that a browser may ask for. */
export interface Assets {
  urls: AssetUrls
  /** What only the pages with a terminal load. */
  terminal: { script: string; style: string }
  /** What only the pages where a text is changed load; it asks for more by itself. */
  editor: { script: string }
  /** What draws diagrams; only the frame that draws them loads it. */
  diagrams: { script: string }
  /** Undefined: there is no such file. */
  serve(name: string, request: Request): Promise<Response> | undefined
}

interface Asset {
  role: z.infer<typeof Role>
  name: string
  type: string
  /** Its compressed form. */
  br(): Promise<Uint8Array<ArrayBuffer>>
}

const Role = z.enum([
  ...(["script", "style", "icon", "panel-style", "terminal-script", "terminal-style"] as const),
  ...(["editor-script", "editor-part", "diagram-script"] as const),
])
const Manifest = z.array(z.object({ role: Role, name: z.string(), type: z.string() }))

/** What `src/tools/assets.ts` wrote. Each file is read when the first browser asks for it, and stays in memory. */
export async function readAssets(bundle: Bundle, folder = "dist/assets"): Promise<Assets> {
  const manifest = Manifest.parse(JSON.parse(await bundle.text(`${folder}/manifest.json`)))
  return createAssets(manifest.map((entry) => ({ ...entry, br: () => bundle.bytes(`${folder}/${entry.name}.br`) })))
}

export function createAssets(assets: Asset[]): Assets {
  const byName = new Map(assets.map((asset) => [asset.name, { ...asset, forms: formsOf(asset.br) }]))
  const url = (role: Asset["role"]) => {
    const found = assets.find((asset) => asset.role === role)
    if (!found) throw new Error(`the built assets have no ${role}`)
    return urls.asset(found.name)
  }
  return {
    urls: { script: url("script"), style: url("style"), icon: url("icon"), panels: url("panel-style") },
    terminal: { script: url("terminal-script"), style: url("terminal-style") },
    editor: { script: url("editor-script") },
    diagrams: { script: url("diagram-script") },
    serve(name, request) {
      const asset = byName.get(name)
      return asset && respond(asset, request.headers.get("accept-encoding") ?? "")
    },
  }
}

const decompressed = promisify(brotliDecompress)
const zipped = promisify(gzip)

/** Browsers ask for `br` where the connection is safe; the other forms are made once, for the first who asks. */
function formsOf(read: Asset["br"]) {
  const br = once(read)
  return {
    br,
    gzip: once(async () => new Uint8Array(await zipped(await decompressed(await br()), { level: 9 }))),
    plain: once(async () => new Uint8Array(await decompressed(await br()))),
  }
}

/** What could not be made is tried again for the next who asks. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    }))
}

/** The name changes with the content, so a browser never has to ask again. */
async function respond(asset: Asset & { forms: ReturnType<typeof formsOf> }, accepted: string): Promise<Response> {
  const encoding = (["br", "gzip"] as const).find((one) => acceptsEncoding(accepted, one))
  return new Response(await asset.forms[encoding ?? "plain"](), {
    headers: {
      "content-type": asset.type,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "Accept-Encoding",
      // The frame that draws has an origin of its own, so that to a browser it is somebody else who asks.
      ...(asset.role === "diagram-script" && { "cross-origin-resource-policy": "cross-origin" }),
      ...(encoding !== undefined && { "content-encoding": encoding }),
    },
  })
}
