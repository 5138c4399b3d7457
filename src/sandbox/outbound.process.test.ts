import { expect, test } from "bun:test"
import { join } from "node:path"
import { until } from "../testing/link-world.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import { smallInternet } from "../testing/small-internet.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { Box } from "./index.ts"

const shell = (box: Box, line: string) => box.capture({ argv: ["bash", "-c", line] }, { timeoutMs: 60_000 })

async function allowListed(hosts: string[], serve?: Parameters<typeof smallInternet>[1]) {
  const internet = smallInternet(hosts, serve)
  const world = await sandboxWorld({ wayOut: internet })
  const spec = await world.spec({ network: "allow-list" })
  return {
    internet,
    world,
    spec,
    box: await world.started(spec),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]()
      await internet.stop()
    },
  }
}

test("with an allow-list curl reaches a listed host by itself, by tunnel and by SOCKS, and git clones from it", async () => {
  await using folder = await tempFolder()
  const make = `git init -q --bare served.git && git clone -q served.git w 2>/dev/null && cd w && echo hello >a && git add a &&
    git -c user.name=a -c user.email=a@b.c commit -qm first && git push -q origin HEAD && git -C ../served.git update-server-info`
  expect(Bun.spawnSync(["sh", "-c", make], { cwd: folder.path }).exitCode).toBe(0)
  await using at = await allowListed(["listed.test", "*.listed.test"], async ({ url }) => {
    const file = Bun.file(join(folder.path, new URL(url).pathname))
    return (await file.exists()) ? new Response(file) : new Response("no such file", { status: 404 })
  })
  for (const way of ["", "-p", "-xsocks5h://127.0.0.1:4181"]) {
    const { stdout, stderr } = await shell(at.box, `curl -sSfm 8 ${way} http://listed.test/served.git/HEAD`)
    expect([way, stdout, stderr]).toEqual([way, expect.stringMatching(/^ref: refs\/heads\//), ""])
  }
  const cloned = await shell(at.box, "git clone -q http://git.listed.test/served.git copy && cat copy/a")
  expect(cloned).toEqual({ code: 0, stdout: "hello\n", stderr: "" })
  const asRoot = await shell(at.box, "sudo curl -sSfm 8 http://listed.test/served.git/HEAD")
  expect(asRoot.stdout).toStartWith("ref: refs/heads/")
  expect(new Set(at.internet.dialled)).toEqual(new Set(["93.184.216.34:80"]))
})

test("a host that is not listed is refused in words, told once with its program, and let through once it is listed", async () => {
  await using at = await allowListed(["listed.test"])
  const refused = await shell(at.box, "curl -sm 8 http://other.test/; curl -sSm 8 https://other.test/x")
  expect(refused.stdout).toStartWith("loopat: other.test:80 is not on this loop's list of hosts.")
  expect(refused.stderr).toContain("403")
  const socks = await shell(at.box, "curl -sSm 8 -x socks5h://127.0.0.1:4181 http://other.test/")
  expect(socks.code).toBe(97)
  await until("the refusals are told", () => at.internet.told.length > 0)
  const place = { host: "other.test", program: "curl", why: "name" } as const
  expect(at.internet.told).toEqual([
    {
      places: [
        { ...place, port: 80, times: 2 },
        { ...place, port: 443, times: 1 },
      ],
      more: 0,
    },
  ])
  expect(at.internet.lookedUp).toEqual([])

  at.internet.hosts = ["listed.test", "other.test"]
  expect((await shell(at.box, "curl -sm 8 http://other.test/")).stdout).toStartWith("the listed host")
})

test("a program that knows no proxy gets through by `loopat connect`, as git's ssh does, and is told in words when it may not", async () => {
  await using at = await allowListed(["listed.test"])
  const command = "/opt/loopat/bin/loopat /opt/loopat/guest.js connect"
  const asked = await shell(
    at.box,
    `printf 'GET /plain HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n' | ${command} listed.test 80 | tail -1`,
  )
  expect(asked.stdout).toContain("the listed host, at http://x/plain")
  const refused = await shell(at.box, `${command} other.test 22 </dev/null`)
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("other.test:22 is not on this loop's list"),
  ])
  const git = await shell(at.box, "echo $GIT_SSH_COMMAND")
  expect(git.stdout).toBe("ssh -o ProxyCommand='/opt/loopat/bin/loopat connect %h %p'\n")
})

test("a stream and a long upload pass through the proxy whole, and a connection that ends ends on both sides", async () => {
  const left = Promise.withResolvers<string>()
  await using at = await allowListed(["listed.test"], async (request) => {
    if (request.method === "POST") return new Response(String((await request.arrayBuffer()).byteLength))
    request.signal.addEventListener("abort", () => left.resolve("left"))
    return new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("first\n")) }),
    )
  })
  const up = await shell(at.box, "head -c 30000000 /dev/zero | curl -sSm 30 --data-binary @- http://listed.test/")
  expect(up.stdout).toBe("30000000")
  const first = await shell(at.box, "exec 3< <(exec curl -sN http://listed.test/); head -n 1 <&3; kill $!")
  expect(first.stdout).toBe("first\n")
  expect(await left.promise).toBe("left")
})

test("nothing inside can widen the list: neither root, nor another port, nor the socket itself", async () => {
  await using at = await allowListed(["listed.test"])
  const tries = `
    sudo sh -c 'rm -f /run/loopat/proxy.sock || echo x >/run/loopat/allow' && exit 0
    NO_PROXY='*' curl -sfm 3 http://other.test/ && exit 0
    curl -sfm 3 -x http://127.0.0.1:4180 http://other.test/ && exit 0
    exit 1`
  expect((await shell(at.box, tries)).code).toBe(1)
  expect((await shell(at.box, "curl -sfm 8 http://listed.test/")).code).toBe(0)
})

test("only a loop with an allow-list has a way out and is told of it", async () => {
  const internet = smallInternet(["listed.test"])
  await using world = await sandboxWorld({ wayOut: internet })
  for (const network of ["open", "gateway-only"] as const) {
    const box = await world.started(await world.spec({ network }))
    const { stdout } = await shell(
      box,
      "env | grep -ic _proxy; ls /run/loopat/proxy.sock; curl -sm 3 http://127.0.0.1:4181/; echo $?",
    )
    expect([network, stdout]).toEqual([network, "0\n7\n"])
  }
  await internet.stop()
})
