import { expect, test } from "bun:test"
import { join } from "node:path"
import { scriptedUpstream } from "../testing/gateway.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createConnect, unreachable } from "./connect.ts"

/** A certificate that only its own test trusts. */
async function certificateFor(name: string) {
  await using folder = await tempFolder()
  const [key, cert] = [join(folder.path, "key.pem"), join(folder.path, "cert.pem")]
  const made = Bun.spawnSync(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"].concat([
      "-subj",
      `/CN=${name}`,
      "-addext",
      `subjectAltName=DNS:${name}`,
      "-keyout",
      key,
      "-out",
      cert,
    ]),
  )
  expect(made.exitCode).toBe(0)
  return { key: await Bun.file(key).text(), cert: await Bun.file(cert).text() }
}

const outgoing = (url: string) => ({
  url: new URL(url),
  addresses: ["127.0.0.1"],
  method: "POST",
  headers: new Headers({ "accept-encoding": "identity" }),
  body: new TextEncoder().encode("hello"),
  signal: new AbortController().signal,
})

const kindOf = async (attempt: Promise<Response>) =>
  attempt.then(
    () => "answered",
    (error) => `${error.name} ${error.kind} ${error.early}`,
  )

test("the certificate must be for the name that was asked for, whatever address it was found at", async () => {
  const pair = await certificateFor("model.example")
  await using upstream = scriptedUpstream((request) => new Response(request.headers.get("host")), pair)
  const port = upstream.place.split(":")[1]
  const trusting = createConnect({ ca: pair.cert })
  const answer = await trusting(outgoing(`https://model.example:${port}/v1`))
  expect(await answer.text()).toBe(`model.example:${port}`)
  expect(await kindOf(trusting(outgoing(`https://other.example:${port}/v1`)))).toBe("Unreachable tls true")
  expect(await kindOf(createConnect()(outgoing(`https://model.example:${port}/v1`)))).toBe("Unreachable tls true")
  expect(upstream.seen).toHaveLength(1)
})

test("a compressed answer is handed on as it came", async () => {
  const packed = Bun.gzipSync("x".repeat(1000))
  await using upstream = scriptedUpstream(() => new Response(packed, { headers: { "content-encoding": "gzip" } }))
  const answer = await createConnect()(outgoing(`${upstream.url}/v1`))
  expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(packed))).toBe(true)
  expect(answer.headers.get("content-encoding")).toBe("gzip")
})

test("a port where nobody listens, a name without address and a hang-up are told apart", async () => {
  expect(await kindOf(createConnect()(outgoing("http://127.0.0.1:1/")))).toBe("Unreachable network true")
  const left = AbortSignal.abort()
  expect(await kindOf(createConnect()({ ...outgoing("http://127.0.0.1:1/"), signal: left }))).toBe(
    "Unreachable aborted false",
  )
  expect(unreachable(Object.assign(new Error("x"), { code: "ENOTFOUND" }))).toMatchObject({
    kind: "network",
    early: true,
  })
  expect(unreachable(Object.assign(new Error("x"), { code: "ECONNRESET" }))).toMatchObject({
    kind: "network",
    early: false,
  })
  expect(unreachable("odd")).toMatchObject({ kind: "network", early: false, message: "odd" })
})
