import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { seriousFindings, slidesSideways, tooSmallToPress } from "../testing/page-looks.ts"
import { createScriptedModel } from "../testing/scripted-model.ts"
import { closeBrowser, phone, setUp, signIn, startServer, until, visit } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"
import { talksTo } from "./scripted-provider.ts"

afterAll(closeBrowser)

const block = (diagram: string) => `\`\`\`mermaid\n${diagram}\n\`\`\`\n`

const flowchart = `flowchart LR
  accTitle: How a text goes live
  A[Write] -->|propose| B{Review?}
  B -- yes --> C[(Merged)]
  B -- no --> A
  C --> D[Read by everybody] --> E[Corrected by somebody]`

const sequence = `sequenceDiagram
  Alice->>Bob: Shall we?
  Note right of Bob: He thinks
  Bob-->>Alice: Gladly`

/** What somebody would write who wants a reader's browser to run or to ask for something. */
const hostile = (place: string) =>
  [
    `flowchart LR\n  A[one] --> B[two]\n  click A "javascript:globalThis.ran = 1"\n  click B href "http://${place}/click"`,
    `flowchart LR\n  A["<img src='http://${place}/label' onerror='globalThis.ran = 1'>"] --> B["<script>globalThis.ran = 1</script>"]`,
    `%%{init: {"securityLevel": "loose", "htmlLabels": true, "flowchart": {"htmlLabels": true}}}%%\nflowchart LR\n  A["<img src=x onerror='globalThis.ran = 1'>"] --> B["<b onclick='globalThis.ran = 1'>b</b>"]\n  click A call alert()`,
    `%%{init: {"themeCSS": "@import url(http://${place}/import); g, svg { background: url(http://${place}/theme); fill: url(http://${place}/fill) }"}}%%\nflowchart LR\n  A --> B`,
    `flowchart LR\n  A@{ img: "http://${place}/shape.png", label: "shape" } --> B\n  style B fill:url(http://${place}/style)`,
    `sequenceDiagram\n  Alice->>Bob: <img src=http://${place}/said onerror=globalThis.ran=1>\n  link Alice: Look @ http://${place}/link`,
  ].map(block)

/** A server that nobody should ask anything. */
function tempter() {
  const asked: string[] = []
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      asked.push(new URL(request.url).pathname)
      return new Response("", { headers: { "access-control-allow-origin": "*" } })
    },
  })
  return { asked, place: `127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) }
}

async function write(page: Page, documents: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(documents)) {
    await page.goto(`/context/notes?path=${name}&view=edit`)
    await page.locator(".cm-content").click()
    await page.keyboard.insertText(text)
    await page.keyboard.press("Control+s")
    await page.getByText("Saved.").waitFor()
  }
}

const open = (page: Page, name: string) => page.goto(`/context/notes?path=${name}`)
const diagrams = (page: Page) => page.locator("figure.diagram")
const shown = (page: Page) =>
  diagrams(page).evaluateAll((all) =>
    all.map((figure) => {
      const image = figure.querySelector("img")
      return {
        alt: image?.alt,
        size: Math.min(image?.naturalWidth ?? 0, image?.naturalHeight ?? 0),
        why: figure.querySelector(".hint")?.textContent,
      }
    }),
  )
const settledDiagrams = (page: Page, count: number) =>
  until(
    "every diagram is drawn or not",
    async () => (await page.locator("figure.diagram[data-drawn]").count()) === count,
  )

test("diagrams of a document are drawn as images, on a phone and in the dark too; what cannot be drawn says why", async () => {
  await using server = await startServer({ sandboxes: false })
  await using ada = await visit(server)
  const { page } = ada
  await setUp(page, server)
  await write(page, {
    "drawn.md": `# Drawn\n\n${block(flowchart)}\nBetween.\n\n${block(sequence)}\n${block("flowchart TD\n  A -->\n  ]no")}\n${block(`flowchart TD\n  A[${"long ".repeat(4_000)}]`)}`,
    "plain.md": "# Plain\n\nNo diagram here.\n\n```js\nconst a = 1\n```\n",
  })

  // A page without a diagram loads nothing of it.
  const asked: string[] = []
  page.on("request", (request) => asked.push(new URL(request.url()).pathname))
  await open(page, "plain.md")
  await page.waitForLoadState("load")
  expect(asked.filter((path) => path.includes("diagrams"))).toEqual([])
  expect(page.frames()).toHaveLength(1)

  await open(page, "drawn.md")
  await settledDiagrams(page, 4)
  expect(asked.filter((path) => path.includes("diagrams"))).toHaveLength(2)
  const [first, second, broken, large] = await shown(page)
  expect([first?.alt, second?.alt]).toEqual(["Diagram: How a text goes live", "Diagram"])
  for (const one of [first, second]) expect(one?.size).toBeGreaterThan(50)
  expect(broken?.why).toMatch(/^This diagram could not be drawn\. \w.*line 3/)
  expect(large?.why).toBe("There is too much here to be drawn.")
  expect(await diagrams(page).nth(2).locator("pre").innerText()).toContain("]no")
  const fold = diagrams(page).first().getByText("Source")
  expect(await diagrams(page).first().locator("pre").isVisible()).toBe(false)
  await fold.click()
  expect(await diagrams(page).first().locator("pre").innerText()).toContain("A[Write] -->|propose| B{Review?}")
  await ada.picture("diagrams")
  expect([...(await seriousFindings(page)), ...(await slidesSideways(page))]).toEqual([])
  const light = await diagrams(page).first().locator("img").getAttribute("src")
  await page.emulateMedia({ colorScheme: "dark" })
  await until(
    "it is drawn for the dark",
    async () => (await diagrams(page).first().locator("img").getAttribute("src")) !== light,
  )
  await ada.picture("diagrams-dark")

  await page.setViewportSize(phone)
  await page.reload()
  await settledDiagrams(page, 4)
  expect([...(await slidesSideways(page)), ...(await tooSmallToPress(page))]).toEqual([])
  await ada.picture("diagrams-phone")
  expect(ada.complaints).toEqual([])

  await using still = await visit(server, { script: false })
  await signIn(still.page)
  await open(still.page, "drawn.md")
  expect(await diagrams(still.page).first().innerText()).toContain("A diagram, shown as its source.")
  expect(await diagrams(still.page).first().locator("pre").isVisible()).toBe(true)
}, 120_000)

test("a hostile diagram runs nothing and asks no server, neither where it is drawn nor where it is shown", async () => {
  await using elsewhere = tempter()
  await using server = await startServer({ sandboxes: false })
  await using ada = await visit(server)
  const { page } = ada
  await setUp(page, server)
  await write(page, { "hostile.md": hostile(elsewhere.place).join("\n") })
  await open(page, "hostile.md")
  await settledDiagrams(page, 6)
  const pictures = (await shown(page)).filter(({ size }) => size > 0)
  expect(pictures.length).toBeGreaterThanOrEqual(5)
  for (const frame of page.frames()) expect(await frame.evaluate(() => "ran" in globalThis)).toBe(false)
  for (const image of await diagrams(page).locator("img").all()) await image.click({ force: true })
  expect(new URL(page.url()).search).toBe("?path=hostile.md")
  expect(elsewhere.asked).toEqual([])
  // Whoever looks for the tempter finds it.
  await fetch(`http://${elsewhere.place}/reached`)
  expect(elsewhere.asked).toEqual(["/reached"])
}, 120_000)

test("only the frame is believed, and one that does not answer is thrown away: the source stays", async () => {
  await using server = await startServer({ sandboxes: false })
  await using ada = await visit(server)
  const { page } = ada
  await setUp(page, server)
  await write(page, { "drawn.md": `# Drawn\n\n${block(flowchart)}` })

  await page.addInitScript(() => {
    if (window.top !== window) return
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    setInterval(
      () =>
        [1, 2, 3].forEach((id) =>
          window.postMessage({ id, svg, width: 9, height: 9, title: "forged", ready: true }, "*"),
        ),
      1,
    )
  })
  await open(page, "drawn.md")
  await settledDiagrams(page, 1)
  expect((await shown(page))[0]?.alt).toBe("Diagram: How a text goes live")

  await page.route("**/assets/diagrams-*.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: 'parent.postMessage({ ready: true }, "*")',
      headers: { "cross-origin-resource-policy": "cross-origin" },
    }),
  )
  await page.clock.install()
  await page.reload()
  await until("the frame is there", () => page.frames().length === 2)
  await until("it was given up", async () => {
    await page.clock.fastForward(1_000)
    return (await page.locator("figure.diagram[data-drawn]").count()) === 1
  })
  expect((await shown(page))[0]?.why).toBe("This diagram took too long to draw.")
  expect(await diagrams(page).first().locator("pre").isVisible()).toBe(true)
  expect(page.frames()).toHaveLength(1)
}, 120_000)

test("the agent's diagrams are drawn in the conversation, also on a phone and after a reload", async () => {
  const model = createScriptedModel()
  await using provider = Object.assign(
    Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch: (request) => model.serve(request) }),
    {
      [Symbol.asyncDispose]: async () => void (await provider.stop(true)),
    },
  )
  model.queue({ text: `So it goes:\n\n${block(flowchart)}\nAnd then:\n\n${block(sequence)}\nThat is all.` })
  await using server = await startServer({ config: talksTo(provider.port) })
  await using ada = await visit(server)
  const { page } = ada
  await setUp(page, server)
  await createLoop(page, "draw it")
  await settled(page)
  await settledDiagrams(page, 2)
  for (const { size } of await shown(page)) expect(size).toBeGreaterThan(50)
  await diagrams(page).last().scrollIntoViewIfNeeded()
  await ada.picture("diagrams-conversation")
  expect(await slidesSideways(page)).toEqual([])
  await page.setViewportSize(phone)
  await page.reload()
  await settledDiagrams(page, 2)
  expect([...(await slidesSideways(page)), ...(await tooSmallToPress(page))]).toEqual([])
  await ada.picture("diagrams-conversation-phone")
  expect(ada.complaints).toEqual([])
}, 120_000)
