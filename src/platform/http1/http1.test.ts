import { expect, test } from "bun:test"
import { numbersFrom } from "../../testing/seeded.ts"
import { framingOf, piecesOf } from "./body.ts"
import { BadHttp, ByteReader } from "./byte-reader.ts"
import { headBytes, readAnswerHead } from "./head.ts"

/** An answer as it comes, cut into pieces of the given length. */
function coming(text: string, length = text.length || 1): ByteReader {
  const bytes = Buffer.from(text, "latin1")
  let at = 0
  return new ByteReader(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) return controller.close()
        controller.enqueue(new Uint8Array(bytes.subarray(at, (at += length))))
      },
    }),
  )
}

async function read(text: string, { method = "GET", length }: { method?: string; length?: number } = {}) {
  const reader = coming(text, length)
  const head = await readAnswerHead(reader)
  let body = ""
  for await (const piece of piecesOf(reader, framingOf(method, head))) body += Buffer.from(piece).toString("latin1")
  return { status: head.status, headers: head.headers, body }
}

const answer = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`

test("an answer is read whole however it is cut: by length, in chunks, until the end, and without a body", async () => {
  const cases: [text: string, method: string, body: string][] = [
    [`${answer("Content-Length: 5")}helloEXTRA`, "GET", "hello"],
    [
      `${answer("Transfer-Encoding: chunked")}5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX-T: 1\r\n\r\n`,
      "GET",
      "hello world",
    ],
    [`${answer("X: y")}to the end`, "GET", "to the end"],
    [answer("Content-Length: 5"), "HEAD", ""],
    ["HTTP/1.1 204 No Content\r\n\r\nleft over", "GET", ""],
    ["HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n", "GET", ""],
    [
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n${answer("Content-Length: 2")}ok`,
      "GET",
      "ok",
    ],
    ["HTTP/1.0 200 OK\r\n\r\nold", "GET", "old"],
  ]
  for (const [text, method, body] of cases)
    for (const length of [1, 2, 3, 7, text.length])
      expect([text, length, (await read(text, { method, length })).body]).toEqual([text, length, body])
})

test("headers keep their order, their spelling and their number", async () => {
  const { headers } = await read(
    answer("Set-Cookie: a=1", "X-Ä".replace("Ä", "a") + ":  padded \t", "set-cookie: b=2", "Content-Length: 0"),
  )
  expect(headers).toEqual([
    ["Set-Cookie", "a=1"],
    ["X-a", "padded"],
    ["set-cookie", "b=2"],
    ["Content-Length", "0"],
  ])
})

test("what could be read in two ways, never ends or is no HTTP is refused", async () => {
  const hostile = [
    "",
    "garbage\r\n\r\n",
    "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 099 OK\r\n\r\n",
    "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    `${answer("Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n`,
    `${answer("Content-Length: 5", "Content-Length: 5")}hello`,
    `${answer("Content-Length: 5, 5")}hello`,
    `${answer("Content-Length: +5")}hello`,
    `${answer("Content-Length: -5")}hello`,
    `${answer("Content-Length: 0x5")}hello`,
    `${answer("Content-Length: 99999999999999999999")}hello`,
    `${answer("Transfer-Encoding: gzip, chunked")}0\r\n\r\n`,
    `${answer("Transfer-Encoding: identity")}x`,
    `${answer("Transfer-Encoding:\x0bchunked")}0\r\n\r\n`,
    `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    answer("Bad Name: x"),
    answer("Name : x"),
    answer(" folded: x"),
    answer("X: a", "\tfolded"),
    answer("X: a\x00b"),
    answer("X: a\rb"),
    answer("no colon"),
    `${answer("Content-Length: 5")}hell`,
    `${answer("Transfer-Encoding: chunked")}5\r\nhello\r\n`,
    `${answer("Transfer-Encoding: chunked")}5\r\nhelloX\r\n0\r\n\r\n`,
    `${answer("Transfer-Encoding: chunked")}\r\nhello`,
    `${answer("Transfer-Encoding: chunked")}-1\r\n`,
    `${answer("Transfer-Encoding: chunked")}fffffffff\r\n`,
    `${answer("Transfer-Encoding: chunked")}5 5\r\nhello\r\n0\r\n\r\n`,
    `${answer("Transfer-Encoding: chunked")}0\r\nnot a trailer\r\n\r\n`,
    `${answer("Transfer-Encoding: chunked")}0\r\n${"X: y\r\n".repeat(3_000)}\r\n`,
    answer(...Array.from({ length: 201 }, (_, index) => `X-${index}: y`)),
    answer(`X: ${"y".repeat(70_000)}`),
    "HTTP/1.1 100 Continue\r\n\r\n".repeat(20),
  ]
  for (const text of hostile)
    expect([
      text.slice(0, 90),
      await read(text).then(
        () => "read",
        (error: unknown) => error instanceof BadHttp,
      ),
    ]).toEqual([text.slice(0, 90), true])
})

test("ten thousand answers with a wrong byte are read or refused, and nothing else happens", async () => {
  const below = numbersFrom(20)
  const good = `${answer("Transfer-Encoding: chunked", "X: y")}5\r\nhello\r\n0\r\n\r\n`
  let refused = 0
  for (let round = 0; round < 10_000; round++) {
    const at = below(good.length)
    const text = good.slice(0, at) + String.fromCharCode(below(256)) + good.slice(at + 1)
    await read(text, { length: 1 + below(20) }).catch((error: unknown) => {
      if (!(error instanceof BadHttp)) throw error
      refused++
    })
  }
  expect(refused).toBeGreaterThan(1_000)
})

test("a head is never written with a line that holds another", () => {
  expect(headBytes("GET / HTTP/1.1", [["Host", "a"]]).toString()).toBe("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
  for (const value of ["a\r\nX: b", "a\nb", "a\0b", "ü\u0100"])
    expect(() => headBytes("GET / HTTP/1.1", [["X", value]])).toThrow()
})
