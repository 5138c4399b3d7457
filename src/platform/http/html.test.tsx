import { expect, test } from "bun:test"
import { diagramsPolicy, securityHeaders } from "./headers.ts"
import { htmlFragment, htmlPage, isFragment, redirectTo } from "./html.ts"

const plain = new Request("http://localhost/")
const htmx = new Request("http://localhost/", { headers: { "hx-request": "true" } })

test("a page is a document, a fragment is not, and text in both is escaped", async () => {
  const page = htmlPage(<p>{"<b>"}</p>, { status: 404 })
  expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"])
  expect(await page.text()).toBe("<!doctype html><p>&lt;b&gt;</p>")
  expect(await htmlFragment(<p>{"<b>"}</p>).text()).toBe("<p>&lt;b&gt;</p>")
})

test("a browser is redirected after its form, htmx is told in its own way", () => {
  expect([isFragment(plain), isFragment(htmx)]).toEqual([false, true])
  const response = redirectTo("/loops", plain)
  expect([response.status, response.headers.get("location")]).toEqual([303, "/loops"])
  const told = redirectTo("/loops", htmx)
  expect([told.status, told.headers.get("hx-redirect"), told.headers.get("location")]).toEqual([200, "/loops", null])
})

test("no page runs a foreign or inline script, and only two may style inline", () => {
  const normal = securityHeaders({ https: false })["content-security-policy"]
  expect(normal).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
  const editor = htmlPage(<p />, { inlineStyle: true }).headers.get("content-security-policy") ?? ""
  expect(editor).toBe(normal?.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") ?? "")
  expect(htmlPage(<p />).headers.get("content-security-policy")).toBeNull()
  const drawing = htmlPage(<p />, { diagrams: true }).headers.get("content-security-policy") ?? ""
  expect(drawing).toBe(normal?.replace("form-action", "frame-src 'self'; form-action") ?? "")
})

test("what draws diagrams has no origin, asks no server and runs nothing but its script", () => {
  expect(diagramsPolicy).toBe(
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'; sandbox allow-scripts",
  )
})

test("only https promises https for later", () => {
  expect(securityHeaders({ https: false })["strict-transport-security"]).toBeUndefined()
  expect(securityHeaders({ https: true })["strict-transport-security"]).toContain("max-age=")
})
