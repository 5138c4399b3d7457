import { expect, test } from "bun:test"
import { Secret } from "../platform/secret.ts"
import { until } from "../testing/link-world.ts"
import { testApp } from "../testing/test-app.ts"

const token = "a-token-that-nobody-guesses"
const ask = (authorization?: string) =>
  new Request("http://localhost/metrics", authorization === undefined ? {} : { headers: { authorization } })

test("there are no metrics until the server was given a token for them", async () => {
  await using world = await testApp()
  expect((await world.app.answer(ask(`Bearer ${token}`))).status).toBe(404)
})

test("metrics open to their own token and to nothing else", async () => {
  await using world = await testApp({ metricsToken: new Secret(token) })
  for (const wrong of [undefined, "Bearer", "Bearer x", `Basic ${token}`, `Bearer ${token}x`])
    expect((await world.app.answer(ask(wrong))).status).toBe(401)
  const answer = await world.app.answer(ask(`Bearer ${token}`))
  expect(answer.headers.get("content-type")).toStartWith("text/plain; version=0.0.4")
  const text = await answer.text()
  for (const name of ["fsyncs", "files_opened", "written_bytes", "renders", "stream_frames", "requests"])
    expect(text).toMatch(new RegExp(`^# TYPE loopat_${name}_total counter$`, "m"))
  expect(text).toMatch(/^loopat_resident_bytes \d{8,}$/m)
})

test("metrics count by pattern, so that no path, id or name of anybody stands in them", async () => {
  await using world = await testApp({ metricsToken: new Secret(token) })
  await world.app.answer(new Request("http://localhost/loops/5cf8e2e1-7c1b-4bb6-9f3e-1f5f5c0de001"))
  await world.app.answer(new Request("http://localhost/no/such/secret-place"))
  await world.app.answer(new Request("http://localhost/sign-in", { headers: { accept: "text/html" } }))
  // An answer is counted after it was given.
  let text = ""
  await until("the sign-in page is counted", async () => {
    text = await (await world.app.answer(ask(`Bearer ${token}`))).text()
    return /^loopat_requests_total\{method="GET",route="\/sign-in",status="\d+"\} 1$/m.test(text)
  })
  expect(text).not.toContain("5cf8e2e1")
  expect(text).not.toContain("secret-place")
})
