import { expect, test } from "bun:test"
import { cookie, cookieName, readCookies } from "./cookie.ts"

const read = (header: string) =>
  Object.fromEntries(readCookies(new Request("http://localhost/", { headers: { cookie: header } })))

test("cookies are read by name, the first of two counts, rubbish is skipped", () => {
  expect(read("a=1; b=2=3;c=; a=9;; =x; novalue")).toEqual({ a: "1", b: "2=3", c: "" })
  expect(read("")).toEqual({})
})

test("a cookie is for this host, out of reach of scripts, and Secure on https", () => {
  expect(cookie("loopat_session", "abc", { maxAge: 60, secure: false })).toBe(
    "loopat_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60",
  )
  expect(cookie(cookieName("loopat_session", true), "abc", { maxAge: 60, secure: true })).toBe(
    "__Host-loopat_session=abc; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60",
  )
})

test("no value can bring attributes of its own", () => {
  for (const value of ["a; Domain=evil.example", "a\r\nSet-Cookie: b=1", "a,b", "ä"])
    expect(() => cookie("name", value, { maxAge: 1, secure: false })).toThrow()
})
