import { expect, test } from "bun:test"
import { readHtml, type Page } from "../src/testing/html.ts"
import { asks, loopPage } from "../src/tools/gallery/conversation.ts"
import { loopsList, newLoop, rows, type Setting } from "../src/tools/gallery/samples.ts"
import { gallery } from "../src/tools/gallery/pages.tsx"
import { NewLoopDialog } from "./components/new-loop-form.tsx"
import { LoopPage } from "./pages/loop.tsx"
import { LoopsPage } from "./pages/loops.tsx"
import { loopStatuses } from "./props/loops.ts"

const setting: Setting = { locale: "en", theme: "light", assets: { script: "/s", style: "/c", icon: "/i" } }
const show = (name: string): Page => readHtml(String(gallery[name]?.(setting) ?? ""))

test("the sections stand in the navigation Main by their names", () => {
  const page = show("loops")
  expect(page.one(`nav[aria-label="Main"] a[href="/loops"]`).text).toBe("Loops")
})

test("New Loop is a link, its dialog has the named fields and the button Create", () => {
  expect(
    show("loops")
      .all("a[href='/loops/new']")
      .map(({ text }) => text),
  ).toContain("New Loop")
  const dialog = readHtml(String(<NewLoopDialog form={{ ...newLoop(setting), detailed: true }} />))
  expect(dialog.one("#dialog-title").text).toBe("New Loop")
  const labels = Object.fromEntries(dialog.all("label").map(({ text, attributes }) => [text, attributes["for"]]))
  expect(labels).toMatchObject({ Message: "field-message", Repository: "field-repo", Title: "field-title" })
  expect(dialog.one("button[type=submit].primary").text).toBe("Create")
})

test("the list is a region with a search box, and each row is a link named by its title", () => {
  const list = loopsList(setting)
  const page = readHtml(String(<LoopsPage page={list} />))
  expect(page.one("section#loops").attributes["aria-label"]).toBe("Loops")
  expect(page.one("input[type=search]").attributes["aria-label"]).toBe("Search loops")
  const links = page.all("a[data-loop]")
  const shown = list.groups.flatMap(({ loops }) => loops)
  expect(links.map(({ text, attributes }) => [text, attributes["data-loop"], attributes["data-state"]])).toEqual(
    shown.map(({ title, id, status }) => [title, id, status]),
  )
})

test("every status has a mark of its own shape and a word", () => {
  const [row] = rows("en")
  const marks = loopStatuses.map((status) => {
    const groups = [{ group: "today" as const, loops: row ? [{ ...row, status }] : [] }]
    const html = String(<LoopsPage page={{ ...loopsList(setting), groups, recent: [] }} />)
    return {
      word: readHtml(html).one(".row .mark .unseen").text,
      shape: /class="mark mark-[^>]*>.*?d="([^"]*)"/.exec(html)?.[1],
    }
  })
  expect(new Set(marks.map(({ word }) => word)).size).toBe(loopStatuses.length)
  expect(new Set(marks.map(({ shape }) => shape)).size).toBe(loopStatuses.length)
})

test("the conversation is a log whose messages and tools say what they are", () => {
  const page = show("loop")
  expect(page.one("#conversation").attributes).toMatchObject({ role: "log", "aria-label": "Conversation" })
  expect(page.one("[data-seq='2']").attributes["data-author"]).toBe("user")
  expect(page.one("[data-seq='8']").attributes["data-author"]).toBe("agent")
  expect(page.one("[data-seq='9']").attributes["data-author"]).toBe("system")
  expect(page.all("[data-tool]").map(({ attributes }) => [attributes["data-tool"], attributes["data-ok"]])).toEqual([
    ["Grep", "true"],
    ["Read", "true"],
    ["Edit", "true"],
    ["Bash", "false"],
  ])
  expect(show("loop-asks").one("[data-tool='mcp__weather__now']").attributes["data-ok"]).toBe("pending")
})

test("the composer has the textbox Message, Send, Stop and the status Queue", () => {
  const page = show("loop")
  expect(page.one("textarea#composer-text").attributes["aria-label"]).toBe("Message")
  expect(page.one("button.send").attributes["aria-label"]).toBe("Send")
  expect(page.one("button.stop").attributes["aria-label"]).toBe("Stop")
  expect(page.one("#queue").attributes).toMatchObject({ role: "status", "aria-label": "Queue" })
})

test("asks are groups whose buttons are named by their choice", () => {
  const page = show("loop-asks")
  const question = page.one("[role=group][aria-label=Question]")
  expect(question.attributes["data-ask"]).toBe("ask_1")
  expect(page.all("[aria-label=Question] .choice-button").map(({ text }) => text)).toEqual(["Exponential", "Fixed"])
  const permission = page.all("[aria-label=Permission] button").map(({ text }) => text)
  expect(permission).toEqual(["Allow once", "Always allow", "Deny", "Deny and stop"])
  expect(page.one("[aria-label=Permission] .terminal-command").text).toBe("rm -rf build && npm run build")
})

test("whoever may not answer reads the ask and cannot press anything in it", () => {
  const items = asks("en").map((item) => ("mayAnswer" in item ? { ...item, mayAnswer: false } : item))
  const page = readHtml(String(<LoopPage page={{ ...loopPage(setting), items }} />))
  expect(page.all("[data-ask] fieldset").every(({ attributes }) => "disabled" in attributes)).toBe(true)
  expect(page.all("[data-ask] fieldset")).toHaveLength(2)
})

test("signing in has the fields Name and Password and the button Sign in; setting up has Create account", () => {
  const page = show("sign-in")
  expect(page.all("label").map(({ text }) => text)).toEqual(["Name", "Password"])
  expect(page.one("button[type=submit].primary").text).toBe("Sign in")
  expect(show("set-up").one("button[type=submit].primary").text).toBe("Create account")
})

test("the connection has a status with its state", () => {
  const page = readHtml(String(<LoopPage page={{ ...loopPage(setting), streamUrl: "/loops/x/events" }} />))
  expect(page.one("[data-connection]").attributes).toMatchObject({ role: "status", "aria-label": "Connection" })
})
