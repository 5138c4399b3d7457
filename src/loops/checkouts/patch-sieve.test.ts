import { expect, test } from "bun:test"
import { PatchSieve, type Suspect } from "./patch-sieve.ts"

/** What `git diff-tree --stdin --raw -z --patch` prints for these files, each as one commit. */
const patchOf = (...files: [status: string, path: string, ...lines: string[]][]): string =>
  files
    .map(
      ([status, path, ...lines]) =>
        `:000000 100644 0000000 5626abf ${status}\0${path}\0\0diff --git a/${path} b/${path}\nindex 0..5 100644\n--- a/${path}\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `${line}\n`).join("")}`,
    )
    .join("")

function sift(text: string, known: readonly string[] = [], size = text.length): [string, Suspect["what"]][] {
  const sieve = new PatchSieve(known)
  const bytes = Buffer.from(text, "latin1")
  for (let at = 0; at < bytes.length; at += size) sieve.push(bytes.subarray(at, at + size))
  return sieve.end().suspects.map(({ path, what }) => [path, what])
}

test("new lines that look like a secret are found by path, however the text is cut, and old ones are not", () => {
  const text = patchOf(
    ["M", "a", "-AKIAIOSFODNN7EXAMPLE", "+nothing"],
    ["M", "b", "+:looks like a record", "++++ x", "+AKIAIOSFODNN7EXAMPLE"],
    ["A", "k", "+-----BEGIN OPENSSH PRIVATE KEY-----"],
    ["A", "v", "+a", "+one line", "+two lines", "+b"],
    ["A", "w", "+one line", "-two lines"],
  )
  const expected: [string, Suspect["what"]][] = [
    ["b", "aws"],
    ["k", "private-key"],
    ["v", "stored"],
  ]
  for (const size of [1, 2, 3, 7, 64, text.length]) expect(sift(text, ["one line\ntwo lines"], size)).toEqual(expected)
})

test("a file is suspect by its name unless it goes, and for the most certain of its reasons", () => {
  const text = patchOf(
    ["D", "old.pem", "-x"],
    ["A", ".env", "+A=1"],
    ["A", "id_rsa", "+my value", "+AKIAIOSFODNN7EXAMPLE"],
  )
  expect(sift(text, ["my value"])).toEqual([
    [".env", "name"],
    ["id_rsa", "stored"],
  ])
})

test("what became another kind of file has two patches, and the file behind it keeps its own path", () => {
  const change = ":100644 120000 a b T\0.env\0:000000 100644 0 c A\0z\0\0"
  const patches = [
    "diff --git a/.env b/.env\ndeleted file mode 100644\n@@ -1 +0,0 @@\n-S=1\n",
    "diff --git a/.env b/.env\nnew file mode 120000\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n",
    "diff --git a/z b/z\nnew file mode 100644\n@@ -0,0 +1 @@\n+AKIAIOSFODNN7EXAMPLE\n",
  ]
  expect(sift(change + patches.join(""))).toEqual([
    [".env", "name"],
    ["z", "aws"],
  ])
})

test("of a commit that merges only what none of its parents had is new", () => {
  const records =
    "::000000 000000 100644 0 0 7 AA\0.env\0::100644 100644 100644 d 7 b MM\0f\0::100644 100644 100644 d 7 b MM\0g\0\0"
  const patches = [
    "diff --combined .env\nnew file mode 100644\n--- /dev/null\n+++ b/.env\n@@@ -1,0 -1,0 +1,1 @@@\n++K=1\n",
    "diff --combined f\n--- a/f\n+++ b/f\n@@@ -2,1 -2,1 +2,1 @@@\n- main\n -side\n++AKIAIOSFODNN7EXAMPLE\n",
    "diff --combined g\n--- a/g\n+++ b/g\n@@@ -2,1 -2,1 +2,2 @@@\n+ AKIAIOSFODNN7EXAMPLE\n +AKIAIOSFODNN7EXAMPLE\n++own\n",
  ]
  expect(sift(records + patches.join("") + patchOf(["M", "h", "+AKIAIOSFODNN7EXAMPLE"]))).toEqual([
    [".env", "name"],
    ["f", "aws"],
    ["h", "aws"],
  ])
})

test("a value is found in a line of megabytes, across every place where it is cut, and in what is no text", () => {
  const value = "c\u00e4nary-value"
  const bytes = Buffer.from(value).toString("latin1")
  for (const before of [0, 65_530, 131_060, 200_000])
    expect(
      sift(patchOf(["A", "long", `+${"x".repeat(before)}${bytes}${"\xff".repeat(100_000)}`]), [value], 4_096),
    ).toEqual([["long", "stored"]])
  expect(sift(patchOf(["A", "long", `+${"x".repeat(300_000)}`]), [value], 4_096)).toEqual([])
})

test("names of bytes that are no text are kept as they are, and what git never prints is read to its end", () => {
  expect(sift(patchOf(["A", "odd\xff.pem", "+x"]))).toEqual([["odd\udcff.pem", "name"]])
  for (const text of [
    "",
    "\0",
    ":",
    ":a b\0c",
    "nonsense",
    "diff --git\n@@\n+AKIAIOSFODNN7EXAMPLE\n",
    ":\0\0".repeat(50),
  ])
    expect(sift(text)).toEqual([])
})
