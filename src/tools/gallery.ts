/**
 * Renders every page with sample content into `.e2e/gallery` and takes pictures of them: `bun run src/tools/gallery.ts
 * [page…]`. For people to look at; no test depends on it.
 */
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { contentSecurityPolicy } from "../platform/http/headers.ts"
import { launchBrowser } from "../testing/live-page.ts"
import { buildAssets } from "./assets.ts"
import { gallery } from "./gallery/pages.tsx"
import type { Setting } from "./gallery/samples.ts"

const folder = join(import.meta.dir, "../..", ".e2e/gallery")
const sizes = [
  { name: "wide", width: 1440, height: 900 },
  { name: "narrow", width: 390, height: 844 },
]
const looks = [
  { name: "light-en", locale: "en", theme: "light" },
  { name: "dark-zh", locale: "zh", theme: "dark" },
] as const

const assets = await buildAssets()
const served = Object.fromEntries(assets.map((asset) => [asset.role, `/assets/${asset.name}`]))
const urls = {
  script: served["script"] ?? "",
  style: served["style"] ?? "",
  icon: served["icon"] ?? "",
  panels: served["panel-style"] ?? "",
  terminalStyle: served["terminal-style"] ?? "",
}

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const { pathname } = new URL(request.url)
    const asset = assets.find(({ name }) => pathname === `/assets/${name}`)
    if (asset) return new Response(new Uint8Array(asset.bytes), { headers: { "content-type": asset.type } })
    const [, look, name] = pathname.split("/")
    const setting = looks.find((one) => one.name === look)
    const page = name === undefined ? undefined : gallery[name]
    if (!setting || !page) return new Response("no such page", { status: 404 })
    const html = `<!doctype html>${page({ ...setting, assets: urls } satisfies Setting)}`
    return new Response(html, {
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": contentSecurityPolicy() },
    })
  },
})

await mkdir(folder, { recursive: true })
const wanted = process.argv.slice(2)
const browser = await launchBrowser()
try {
  for (const size of sizes) {
    for (const look of looks) {
      const page = await browser.newPage({ viewport: size, colorScheme: look.theme })
      page.on("console", (message) => console.log(`${look.name}: ${message.type()}: ${message.text()}`))
      page.on("pageerror", (error) => console.log(`${look.name}: ${error.message}`))
      for (const name of Object.keys(gallery).filter((one) => wanted.length === 0 || wanted.includes(one))) {
        await page.goto(`${server.url}${look.name}/${name}`)
        await page.screenshot({ path: join(folder, `${name}-${size.name}-${look.name}.png`) })
      }
      await page.close()
    }
  }
} finally {
  await browser.close()
  await server.stop(true)
}
