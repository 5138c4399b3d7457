import { expect, test } from "bun:test"
import { chmod, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { tempFolder } from "../../testing/temp-folder.ts"
import { publicHalf, sshKeyPair } from "./ssh-key.ts"

test("OpenSSH reads a pair that was made here, and says the same of its public half", async () => {
  await using folder = await tempFolder()
  const path = join(folder.path, "key")
  const seeds = ["00".repeat(32), "ff".repeat(32), "0123456789abcdef".repeat(4)]
  for (const [index, seed] of seeds.entries()) {
    const pair = sshKeyPair(seed, "loopat:team@host".slice(0, 9 + index))
    await writeFile(path, pair.private)
    await chmod(path, 0o600)
    const child = Bun.spawn(["ssh-keygen", "-y", "-P", "", "-f", path], { stdout: "pipe", stderr: "inherit" })
    expect((await new Response(child.stdout).text()).trim()).toBe(pair.public)
    expect(pair.public).toStartWith(publicHalf(pair.private) ?? "none")
  }
})

test("the same bytes give the same pair, and no others do", () => {
  const [one, again, other] = ["11", "11", "12"].map((byte) => sshKeyPair(byte.repeat(32), "x"))
  expect(again).toEqual(one)
  expect(other?.public).not.toBe(one?.public)
  expect(() => sshKeyPair("11", "x")).toThrow("32 bytes")
})

test("what is no OpenSSH private key has no public half to show", () => {
  const { private: whole } = sshKeyPair("11".repeat(32), "x")
  const lines = whole.split("\n")
  const texts = ["", "a token", whole.replace("OPENSSH", "RSA"), [lines[0], "AAAA", lines.at(-2)].join("\n")]
  const cut = [lines[0], Buffer.from("openssh-key-v1\0\0\0").toString("base64"), lines.at(-2)].join("\n")
  for (const text of [...texts, cut]) expect([text, publicHalf(text)]).toEqual([text, undefined])
})
