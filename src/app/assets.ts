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
  /** Undefined: there is no such file. */
  serve(name: string, request: Request): Response | undefined
}

interface Asset {
  role: z.infer<typeof Role>
  name: string
  type: string
  plain: Uint8Array<ArrayBuffer>
  gzip?: Uint8Array<ArrayBuffer>
  br?: Uint8Array<ArrayBuffer>
}

const Role = z.enum([
  ...(["script", "style", "icon", "panel-style", "terminal-script", "terminal-style"] as const),
  ...(["editor-script", "editor-part"] as const),
])
const Manifest = z.array(z.object({ role: Role, name: z.string(), type: z.string() }))

/** Reads what `src/tools/assets.ts` wrote. A few hundred kilobytes: they stay in memory. */
export async function readAssets(bundle: Bundle, folder = "dist/assets"): Promise<Assets> {
  const manifest = Manifest.parse(JSON.parse(await bundle.text(`${folder}/manifest.json`)))
  const assets = manifest.map(async (entry): Promise<Asset> => {
    const path = `${folder}/${entry.name}`
    const [plain, gzip, br] = await Promise.all([
      bundle.bytes(path),
      bundle.bytes(`${path}.gz`),
      bundle.bytes(`${path}.br`),
    ])
    return { ...entry, plain, gzip, br }
  })
  return createAssets(await Promise.all(assets))
}

export function createAssets(assets: Asset[]): Assets {
  const byName = new Map(assets.map((asset) => [asset.name, asset]))
  const url = (role: Asset["role"]) => {
    const found = assets.find((asset) => asset.role === role)
    if (!found) throw new Error(`the built assets have no ${role}`)
    return urls.asset(found.name)
  }
  return {
    urls: { script: url("script"), style: url("style"), icon: url("icon"), panels: url("panel-style") },
    terminal: { script: url("terminal-script"), style: url("terminal-style") },
    editor: { script: url("editor-script") },
    serve(name, request) {
      const asset = byName.get(name)
      return asset && respond(asset, request.headers.get("accept-encoding") ?? "")
    },
  }
}

/** The name changes with the content, so a browser never has to ask again. */
function respond(asset: Asset, accepted: string): Response {
  const encoding = (["br", "gzip"] as const).find((one) => asset[one] !== undefined && acceptsEncoding(accepted, one))
  return new Response(encoding === undefined ? asset.plain : asset[encoding], {
    headers: {
      "content-type": asset.type,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "Accept-Encoding",
      ...(encoding !== undefined && { "content-encoding": encoding }),
    },
  })
}
