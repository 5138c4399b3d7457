import { expect, test } from "bun:test"
import { z } from "zod"
import { formProblem, readBody, readForm } from "./form.ts"

const Form = z.object({
  name: z.string("missing").min(1, "missing").max(5, "name-long"),
  password: z.string("missing").min(8, "password-short"),
  tags: z.union([z.string(), z.array(z.string())]).optional(),
})

const post = (body: BodyInit | undefined, type?: string) =>
  new Request("http://localhost/", { method: "POST", body, headers: type ? { "content-type": type } : {} })
const urlencoded = (body: string) => post(body, "application/x-www-form-urlencoded")

test("a good form arrives as its value, with several of one name as a list", async () => {
  const form = await readForm(urlencoded("name=ada&password=%20abc+def%E4%BD%A0%20&tags=a&tags=b"), Form)
  expect(form).toEqual({ kind: "valid", value: { name: "ada", password: " abc def你 ", tags: ["a", "b"] } })
})

test("lines end as they were typed, not as browsers send them", async () => {
  const Words = z.object({ words: z.string() })
  const typed = { kind: "valid" as const, value: { words: "one\n\ntwo\n" } }
  expect(await readForm(urlencoded("words=one%0D%0A%0D%0Atwo%0D%0A"), Words)).toEqual(typed)
  const body = new FormData()
  body.set("words", "one\r\n\r\ntwo\r\n")
  expect(await readForm(post(body), Words)).toEqual(typed)
})

test("multipart fields count, files are left out", async () => {
  const body = new FormData()
  body.set("name", "ada")
  body.set("password", "long enough")
  body.set("tags", new File(["x"], "x.txt"))
  expect(await readForm(post(body), Form)).toEqual({ kind: "valid", value: { name: "ada", password: "long enough" } })
})

test("what was refused is named by code and shown again, but never a secret", async () => {
  const form = await readForm(urlencoded("name=abcdefg&password=short&apiKey=k&formToken=t&other=o"), Form)
  expect(form).toEqual({
    kind: "invalid",
    fields: { name: "name-long", password: "password-short" },
    raw: { name: "abcdefg", other: "o" },
  })
})

test("a field that is not there, or there twice, has a code of its own", async () => {
  const form = await readForm(urlencoded("name=a&name=b"), Form)
  expect(form).toMatchObject({ kind: "invalid", fields: { name: "missing", password: "missing" } })
  const strict = z.object({ a: z.string(), b: z.string() })
  expect(await readForm(urlencoded("b=1&b=2"), strict)).toMatchObject({ fields: { a: "missing", b: "invalid" } })
})

test("no field name reaches the prototype of anything", async () => {
  const form = await readForm(urlencoded("__proto__=1&constructor=2&name="), Form)
  expect(form.kind === "invalid" && Object.getPrototypeOf(form.raw) === Object.prototype).toBe(true)
  expect(Object.hasOwn(form.kind === "invalid" ? form.raw : {}, "__proto__")).toBe(true)
})

test("a body that is no form, a broken one and a thousand fields are refused", async () => {
  expect(await readForm(post("{}", "application/json"), Form)).toMatchObject({ fields: { form: "not-a-form" } })
  expect(await readForm(urlencoded("a=1&".repeat(1_001)), Form)).toMatchObject({ fields: { form: "not-a-form" } })
  expect(await readForm(post("--x\r\nbroken", "multipart/form-data; boundary=x"), Form)).toMatchObject({
    kind: "invalid",
  })
  expect(await readForm(post(undefined), z.object({}))).toEqual({ kind: "valid", value: {} })
})

test("a body is counted as it arrives, whatever its length was said to be", async () => {
  let pulled = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++
      controller.enqueue(new Uint8Array(1_000))
    },
  })
  const request = new Request("http://localhost/", { method: "POST", body: endless })
  expect(await readBody(request, 10_000)).toBe("too-large")
  expect(pulled).toBeLessThan(20)
  expect(await readForm(urlencoded(`name=${"a".repeat(70_000)}`), Form)).toEqual({ kind: "too-large" })
  expect(await readForm(urlencoded("name=ada"), Form, { maxBytes: 4 })).toEqual({ kind: "too-large" })
})

test("a form that is refused without a page of its own says whether it was too long or wrong", () => {
  expect(formProblem({ kind: "too-large" })).toEqual({ status: 413, code: "too-large" })
  expect(formProblem({ kind: "invalid", fields: {}, raw: {} })).toEqual({ status: 422, code: "invalid" })
})
