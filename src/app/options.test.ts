import { expect, test } from "bun:test"
import { previewAddress } from "./defaults.ts"
import { parseServeOptions } from "./options.ts"

const parse = (args: string[], env: Record<string, string> = {}) =>
  parseServeOptions(args, { HOME: "/home/a", ...env }, false)

function check(args: string[], env: Record<string, string>, expected: object) {
  expect(parse(args, env)).toMatchObject({ kind: "options", options: expected })
}

function refuse(args: string[], env: Record<string, string>, problem: string) {
  const outcome = parse(args, env)
  expect(outcome.kind === "usage" ? outcome.problem : JSON.stringify(outcome)).toContain(problem)
}

test("without flags the server listens on loopback only", () => {
  check([], {}, { home: "/home/a/.loopat", host: "127.0.0.1", port: 10001, allowHttp: false, keep: true, log: "json" })
})

test("a flag beats the environment", () => {
  check(["--port", "1", "--home", "/x"], { PORT: "2", LOOPAT_HOME: "/y" }, { port: 1, home: "/x" })
  check([], { PORT: "2", LOOPAT_HOME: "/y" }, { port: 2, home: "/y" })
})

test("a listener others can reach needs TLS, a proxy or an explicit word", () => {
  refuse(["--host", "0.0.0.0"], {}, "can be reached from other machines")
  refuse(["--host", "::"], {}, "can be reached from other machines")
  check(["--host", "0.0.0.0", "--allow-http"], {}, { host: "0.0.0.0" })
  check(["--host", "0.0.0.0", "--behind-proxy", "10.0.0.0/8,::1"], {}, { trustedProxies: ["10.0.0.0/8", "::1"] })
  check(["--host", "0.0.0.0", "--tls-cert", "c", "--tls-key", "k"], {}, { tls: { cert: "c", key: "k" } })
})

test("previews are at names below localhost where nobody else comes, off elsewhere, and where somebody says otherwise", () => {
  check([], {}, { preview: { host: "127.0.0.1", port: 7788, domain: "localhost" } })
  check(
    ["--preview-port", "0"],
    { LOOPAT_PREVIEW_DOMAIN: "P.Example.org:444" },
    {
      preview: { host: "127.0.0.1", port: 0, domain: "p.example.org", publicPort: 444 },
    },
  )
  const off = { preview: { host: "127.0.0.1", port: 7788 } }
  for (const args of [
    ["--preview-domain", "off"],
    ["--public-url", "https://loopat.example.org"],
    ["--host", "0.0.0.0", "--allow-http"],
  ]) {
    check(args, {}, off)
    expect(JSON.stringify(parse(args))).not.toContain('"domain"')
  }
  refuse(["--preview-host", "0.0.0.0"], {}, "--preview-host 0.0.0.0 can be reached")
  for (const domain of ["-a", "a..b", "10.0.0.1", "a_b", "a:b", "a:1:2", "http://a"])
    refuse(["--preview-domain", domain], {}, "--preview-")
})

test("the address of previews that is said at the start is the one that the panel shows", () => {
  const said = (...args: string[]) => {
    const parsed = parse(args)
    return parsed.kind === "options" ? previewAddress(parsed.options) : parsed.problem
  }
  const tls = ["--tls-cert", "c", "--tls-key", "k", "--preview-domain", "p.example.org"]
  expect(said()).toBe("http://*.localhost:7788")
  expect(said("--preview-domain", "off")).toBeUndefined()
  expect(said(...tls)).toBe("https://*.p.example.org:7788")
  expect(said(...tls, "--preview-port", "443")).toBe("https://*.p.example.org")
  expect(said(...tls, "--behind-proxy", "10.0.0.1")).toBe("https://*.p.example.org")
  expect(said("--preview-port", "80")).toBe("http://*.localhost")
})

test("a wrong value stops the start and says what is allowed", () => {
  refuse(["--port", "70000"], {}, "0 to 65535")
  refuse(["--port", "x"], {}, "0 to 65535")
  refuse(["--public-url", "ftp://x"], {}, "such as https://")
  refuse(["--public-url", "https://x/path"], {}, "without path")
  refuse(["--behind-proxy", "10.0.0.0/40"], {}, "address or range")
  refuse(["--tls-cert", "c"], {}, "go together")
  refuse(["--log", "xml"], {}, "json or text")
  refuse([], { LOOPAT_VERBOSE: "maybe" }, "1 or 0")
  refuse([], { LOOPAT_SESSION_IDLE_MS: "5m" }, "milliseconds")
  refuse(["--nope"], {}, "--nope")
  refuse(["extra"], {}, "extra")
})

test("an unknown variable of ours is a warning with the nearest name", () => {
  const outcome = parse([], { LOOPAT_VERBOSITY: "1" })
  expect(outcome).toMatchObject({
    kind: "options",
    warnings: ["LOOPAT_VERBOSITY is not a setting; did you mean LOOPAT_VERBOSE?"],
  })
})

test("sandboxes are kept under a service manager and not on a terminal, unless said otherwise", () => {
  const keep = (args: string[], terminal: boolean) => {
    const outcome = parseServeOptions(args, { HOME: "/" }, terminal)
    return outcome.kind === "options" && outcome.options.keep
  }
  expect([keep([], false), keep([], true), keep(["--keep"], true), keep(["--no-keep"], false)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})
