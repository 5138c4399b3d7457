import { afterAll, beforeAll, expect, test } from "bun:test"
import { join } from "node:path"
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib"
import { tempFolder } from "../testing/temp-folder.ts"
import { writeAssets } from "../tools/assets.ts"
import { createAssets, readAssets } from "./assets.ts"
import { createBundle } from "./bundle.ts"

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeAll(async () => {
  folder = await tempFolder()
  await writeAssets(join(folder.path, "dist/assets"))
}, 30_000)
afterAll(() => folder[Symbol.asyncDispose]())

const ask = (encodings: string) => new Request("http://localhost/", { headers: { "accept-encoding": encodings } })
const roles = [
  ...(["script", "style", "icon", "panel-style", "terminal-script", "terminal-style"] as const),
  ...(["editor-script", "diagram-script"] as const),
]
const sample = (role: (typeof roles)[number]) => ({
  role,
  name: `${role}.x`,
  type: "text/plain",
  br: async () => new Uint8Array(brotliCompressSync("what it says")),
})
const assets = createAssets(roles.map(sample))

test("a browser gets the smallest form it can read, for ever", async () => {
  const read = { br: brotliDecompressSync, gzip: gunzipSync, plain: (body: Uint8Array) => Buffer.from(body) }
  const check = async (encodings: string, encoding: "br" | "gzip" | null) => {
    const response = await assets.serve("script.x", ask(encodings))
    expect(response?.headers.get("content-encoding") ?? null).toBe(encoding)
    expect(String(read[encoding ?? "plain"]((await response?.bytes()) ?? new Uint8Array()))).toBe("what it says")
    expect(response?.headers.get("cache-control")).toBe("public, max-age=31536000, immutable")
    expect(response?.headers.get("vary")).toBe("Accept-Encoding")
  }
  await check("gzip, deflate, br, zstd", "br")
  await check("gzip", "gzip")
  await check("br;q=0, gzip;q=0.5", "gzip")
  await check("br;q=0.000", null)
  await check("", null)
  await check("brotli", null)
})

test("what could not be read is read again for the next who asks, and only once when it could", async () => {
  let reads = 0
  const br = async () => {
    if (++reads === 1) throw new Error("no file may be opened now")
    return new Uint8Array(brotliCompressSync("late"))
  }
  const { serve } = createAssets(roles.map((role) => ({ ...sample(role), ...(role === "script" && { br }) })))
  const text = async () => (await serve("script.x", ask("")))?.text()
  expect(await text().catch(String)).toBe("Error: no file may be opened now")
  expect([await text(), await text(), reads]).toEqual(["late", "late", 2])
})

test("a name that is not one of ours is nothing", () => {
  for (const name of ["", "app.js", "../script.x", "constructor", "script.x.br"])
    expect(assets.serve(name, ask("br"))).toBeUndefined()
})

test("what the build writes is what is served, small enough for a first visit", async () => {
  const built = await readAssets(createBundle(folder.path))
  let total = 0
  for (const role of ["script", "style", "icon"] as const) {
    const url = built.urls[role]
    const name = url.slice(url.lastIndexOf("/") + 1)
    const response = await built.serve(name, ask("br"))
    const body = new Uint8Array((await response?.arrayBuffer()) ?? [])
    const plain = new Uint8Array((await (await built.serve(name, ask("")))?.arrayBuffer()) ?? [])
    expect(Buffer.compare(brotliDecompressSync(body), plain)).toBe(0)
    expect(name).toMatch(/^(app|icon)-[0-9a-f]{12}\.(js|css|svg)$/)
    const zipped = (await (await built.serve(name, ask("gzip")))?.bytes())?.length ?? 0
    expect(zipped).toBe(gzipSync(plain, { level: 9 }).length)
    if (role === "style") expect(zipped).toBeLessThanOrEqual(10 * 1024)
    total += zipped
  }
  expect(total).toBeLessThanOrEqual(60 * 1024)
  expect(total).toBeGreaterThan(10_000)
})

test("the terminal has a script and a style of its own, which no first visit loads", async () => {
  const { terminal, urls, serve } = await readAssets(createBundle(folder.path))
  for (const url of Object.values(terminal)) {
    expect(url).toMatch(/terminal-[0-9a-f]{12}\.(js|css)$/)
    const served = await serve(url.slice(url.lastIndexOf("/") + 1), ask("gzip"))
    expect((await served?.bytes())?.length).toBeGreaterThan(1_000)
    expect(Object.values(urls)).not.toContain(url)
  }
})

test("the editor has a script of its own, which no first visit loads, and finds its parts beside it", async () => {
  const { editor, urls, serve } = await readAssets(createBundle(folder.path))
  expect(editor.script).toMatch(/editor-\w+\.js$/)
  expect(Object.values(urls)).not.toContain(editor.script)
  const served = await serve(editor.script.slice(editor.script.lastIndexOf("/") + 1), ask(""))
  const script = (await served?.text()) ?? ""
  const parts = [...script.matchAll(/import\("\.\/([^"]+)"\)/g)].map(([, name]) => name ?? "")
  expect(parts.length).toBeGreaterThan(15)
  for (const name of parts)
    expect([name, (await serve(name, ask("")))?.headers.get("content-type")]).toEqual([
      name,
      "text/javascript; charset=utf-8",
    ])
})

test("what draws diagrams is one script that no page loads by itself, and that a frame without an origin may load", async () => {
  const { diagrams, urls, serve } = await readAssets(createBundle(folder.path))
  expect(diagrams.script).toMatch(/diagrams-[0-9a-f]{12}\.js$/)
  expect(Object.values(urls)).not.toContain(diagrams.script)
  const nameOf = (url: string) => url.slice(url.lastIndexOf("/") + 1)
  const policy = async (url: string) =>
    (await serve(nameOf(url), ask("br")))?.headers.get("cross-origin-resource-policy") ?? null
  expect([await policy(diagrams.script), await policy(urls.script)]).toEqual(["cross-origin", null])
  const size = (await (await serve(nameOf(diagrams.script), ask("br")))?.bytes())?.length ?? 0
  console.log(`diagrams ${size >> 10} KiB compressed`)
  expect(size).toBeLessThanOrEqual(850 * 1024)
})
