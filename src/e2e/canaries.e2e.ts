import { afterAll, expect, test } from "bun:test"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { createDemo } from "../gateway/demo/index.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { closeBrowser, type Server, setUp, startServer, visit } from "./harness.ts"
import { createLoop, message, send, settled } from "./steps.ts"
import { type Canary, createSweep, type Sweep } from "./sweep.ts"

afterAll(closeBrowser)

const fresh = (name: string) => `canary-${name}-${crypto.randomUUID()}`

/** A provider that answers whoever brings its key, and remembers all it was sent. */
function provider(key: string) {
  const demo = createDemo({ clock: systemClock, ids: systemIds, paceMs: 1 })
  const heard: { key: string | null; text: string }[] = []
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const given = request.headers.get("x-api-key")
      heard.push({ key: given, text: `${JSON.stringify([...request.headers])} ${await request.clone().text()}` })
      if (given === key) return demo.serve(request)
      // Some providers repeat the key that they refuse.
      const error = { type: "authentication_error", message: `invalid x-api-key ${given}` }
      return Response.json({ type: "error", error }, { status: 401 })
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, heard, stop: () => server.stop(true) }
}

async function addProvider(page: Page, about: { name: string; url: string; key: string }): Promise<void> {
  await page.goto("/settings/providers/new")
  await page.getByLabel("Name", { exact: true }).fill(about.name)
  await page.getByLabel("Address").fill(about.url)
  await page.getByLabel("Models").fill(`model-of-${about.name}`)
  await page.getByLabel("Key", { exact: true }).fill(about.key)
  await page.getByLabel("Who may use it").selectOption("workspace")
  await page.getByRole("button", { name: "Save" }).click()
  await page.waitForURL(/\/settings\/providers(\?|$)/)
}

async function addVaultFile(page: Page, content: string): Promise<void> {
  await page.goto("/settings/vault")
  await page.getByText("Write a text file").click()
  await page.getByLabel("Path in the home").last().fill(".ssh/id_ed25519")
  await page.getByLabel("Text", { exact: true }).fill(content)
  await page.getByRole("button", { name: "Store", exact: true }).last().click()
  await page.getByText("It is stored.").waitFor()
}

const podman = (...args: string[]) => Bun.spawnSync(["podman", ...args]).stdout.toString()

const nosy = [
  "#bash env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n' | sort -u | head -200",
  "#bash cat /etc/claude-code/managed-settings.json /run/loopat/* ~/.claude.json ~/.claude/* 2>/dev/null | head -c 20000; sudo cat /proc/1/environ | tr '\\0' '\\n'",
  "#bash curl -s http://127.0.0.1:4180/v1/models; curl -s -d '{}' http://127.0.0.1:4180/v1/messages; curl -sv http://127.0.0.1:4180/ 2>&1",
  "#write seen.txt all there is",
  "#say looked everywhere",
].join("\n")

test("keys, passwords, logins, tokens and the host's own secrets are found nowhere after a day of work", async () => {
  const keys = { wanted: fresh("wanted-key"), other: fresh("other-key") }
  const hostVariable = fresh("host-variable")
  const [wanted, other] = [provider(keys.wanted), provider(keys.other)]
  // Behind a proxy, so that the set-up asks for the token that only the console shows.
  const exposed = ["--behind-proxy", "127.0.0.1"]
  await using server = await startServer({ env: { SECRET_OF_THE_HOST: hostVariable }, args: exposed })
  const setUpToken = /token:\s*(\S+)/.exec(server.output())?.[1] ?? ""
  expect(setUpToken.length).toBeGreaterThan(20)
  const hostFile = fresh("host-file")
  await Bun.write(join(server.home, "../secret-of-the-host"), hostFile)
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await addProvider(page, { name: "zulu", url: other.url, key: keys.other })
  await addProvider(page, { name: "alpha", url: wanted.url, key: keys.wanted })

  const vaultFile = fresh("vault-file")
  await addVaultFile(page, vaultFile)

  await createLoop(page, "#say hello")
  await settled(page)
  const loop = page.url()
  await send(page, nosy)
  await settled(page, 2)
  await send(page, "#error 400")
  await page.locator("[data-failure]").waitFor()
  await server.kill()
  await server.restart()
  await page.goto(loop)
  await send(page, "#bash cat seen.txt\n#say and after a restart")
  await message(page, "agent").getByText("and after a restart").waitFor({ timeout: 60_000 })

  const cookies = await visitor.context.cookies()
  const canaries: Canary[] = [
    ...Object.entries(keys).map(([name, value]) => ({ name: `key ${name}`, value })),
    { name: "set-up token", value: setUpToken },
    { name: "set-up token as it is counted", value: setUpToken.replaceAll("-", "") },
    { name: "key in a vault file", value: vaultFile },
    { name: "password", value: "correct horse battery" },
    { name: "host variable", value: hostVariable },
    { name: "host file", value: hostFile },
    ...cookies.map(({ name, value }) => ({ name: `cookie ${name}`, value })),
  ]
  expect(cookies.length).toBeGreaterThan(0)
  const sweep = createSweep(canaries)
  await everywhere(sweep, { server, page, loop })
  for (const { key, text } of wanted.heard)
    sweep.text("a request to the wanted provider", text.replaceAll(key ?? "-", ""))
  expect(new Set(other.heard.map(({ key }) => key))).toEqual(new Set())
  expect(new Set(wanted.heard.map(({ key }) => key))).toEqual(new Set([keys.wanted]))
  console.log(`${canaries.length} canaries looked for in ${sweep.looked} places, found ${sweep.found.length}`)
  expect(sweep.found).toEqual([])
  expect(sweep.looked).toBeGreaterThan(200)
  await Promise.all([wanted.stop(), other.stop()])
})

interface Places {
  server: Server
  page: Page
  loop: string
}

async function everywhere(sweep: Sweep, { server, page, loop }: Places): Promise<void> {
  const vaults = /\/\.loopat\/vaults\/|\/secrets\//
  await sweep.files(server.home, (path, name) => name.startsWith("key ") && vaults.test(path))
  await sweep.processes((pid, what, name) => pid === server.pid && what === "environ" && name === "host variable")
  sweep.text("what the server printed", server.output())

  const { id = "" } = JSON.parse(await Bun.file(`${server.home}/config.json`).text())
  const labelled = `--filter=label=loopat.workspace=${id}`
  const containers = podman("ps", "-aq", labelled).split("\n").filter(Boolean)
  expect(containers.length).toBeGreaterThan(0)
  for (const container of containers) {
    sweep.text("podman inspect", podman("inspect", container))
    sweep.text("podman logs", podman("logs", container))
    const image = podman("inspect", "--format={{.Image}}", container).trim()
    sweep.text("image history", podman("history", "--no-trunc", image) + podman("inspect", image))
    const inside =
      "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline; find / -xdev -newer /etc/hostname -type f -size -5000k -exec cat {} +"
    // But for the one folder in memory where a vault's files are for the loop to use.
    const folders =
      "find /home /loopat /run /tmp /etc -path /run/loopat-vault -prune -o -type f -size -5000k -exec cat {} +"
    expect(podman("exec", container, "cat", "/home/loopat/.ssh/id_ed25519")).toStartWith("canary-vault-file-")
    for (const script of [inside, folders])
      sweep.text("inside the sandbox", podman("exec", "--user=0:0", container, "sh", "-c", `${script} 2>/dev/null`))
  }
  for (const path of [
    "/loops",
    loop,
    `${loop}/settings`,
    "/settings",
    "/settings/providers",
    "/settings/vault",
    "/settings/account",
  ]) {
    await page.goto(path)
    sweep.text(`the page ${path}`, await page.content())
  }
  await page.goto("/settings/providers")
  await page.getByRole("link", { name: "Edit" }).first().click()
  await page.getByLabel("Key", { exact: true }).waitFor()
  sweep.text("the form of a provider", await page.content())
  await page.goto(loop)
  const stream = await page.evaluate(async (address) => {
    const response = await fetch(`${address}/events`, { headers: { "last-event-id": "0" } })
    const reader = response.body?.getReader()
    let text = ""
    const end = Date.now() + 2_000
    while (reader && Date.now() < end) {
      const piece = await Promise.race([reader.read(), new Promise((resolve) => setTimeout(resolve, 500))])
      if (!piece || (piece as { done: boolean }).done) break
      text += new TextDecoder().decode((piece as { value: Uint8Array }).value)
    }
    await reader?.cancel()
    return text
  }, loop)
  sweep.text("the raw stream", stream)
  expect(stream.length).toBeGreaterThan(100)
}

test("the sweep finds a word as it is, in an address and in base64 at every alignment", () => {
  const value = "canary/with spaces and more of it"
  const sweep = createSweep([{ name: "it", value }])
  for (const before of ["", "x", "xy"]) sweep.text("base64", Buffer.from(`${before}${value} after`).toString("base64"))
  sweep.text("plain", `before ${value}`)
  sweep.text("address", `?q=${encodeURIComponent(value)}`)
  sweep.text("nothing", "nothing")
  expect(sweep.found).toEqual(["base64: it", "base64: it", "base64: it", "plain: it", "address: it"])
})
