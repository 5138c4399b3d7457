// `npm test`: from a fresh machine to a verdict. Every layer runs even when an earlier one failed; the last line counts them all.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import {
  bun,
  buildExecutable,
  installPackages,
  installSystem,
  podmanEnvironment,
  root,
  say,
  serverPackages,
  serverPrograms,
} from "./set-up.mjs"

const programs = {
  ...serverPrograms,
  sshd: "openssh-server",
  "chromium-headless-shell": "chromium-headless-shell",
  ip: "iproute2",
  jq: "jq",
  openssl: "openssl",
  crun: "crun",
}
const packages = [
  ...serverPackages,
  "openssh-server",
  "openssh-client",
  "openssl",
  // What podman inside a sandbox runs containers with.
  "crun",
  "sudo",
  "jq",
  "procps",
  "curl",
  "less",
  "xz-utils",
  "chromium-headless-shell",
  "fonts-noto-cjk",
]

installPackages()
if (!installSystem(programs, packages)) process.exit(1)
buildExecutable()

const env = { ...podmanEnvironment(), ...process.env, LANG: "C.UTF-8" }
const results = join(root, "dist/test-results")
mkdirSync(results, { recursive: true })
const only = process.argv.slice(2)
const wanted = (name) => only.length === 0 || only.includes(name)

let passed = 0
let failed = 0

if (wanted("check")) check()
if (wanted("fast"))
  layer("fast", (file) => /\.test\.tsx?$/.test(file) && !isProcessTest(file), ["--parallel", "--timeout", "60000"])
// Mostly they wait for one another's programs, so two files at a time; what measures load has the machine to itself.
const twoFiles = ["--parallel=2"]
if (wanted("process")) layer("process", isProcessTest, [...twoFiles, "--timeout", "120000"])
if (wanted("e2e")) {
  layer("e2e", (file) => isE2e(file) && !isLoadTest(file), [...twoFiles, "--timeout", "180000"])
  layer("load", isLoadTest, ["--timeout", "180000"])
}
// Asked for by name only: the kills of the layer above.
if (only.includes("kills")) {
  env.LOOPAT_TEST_KILLS ??= "500"
  layer("kills", (file) => file.endsWith("/kills.e2e.ts"), ["--timeout", "3600000"])
}

console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

function check() {
  say("static checks")
  const { status } = spawnSync(bun, ["run", "src/tools/check.ts"], {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  })
  if (status === 0) passed++
  else failed++
}

function isProcessTest(file) {
  return /\.process\.test\.tsx?$/.test(file)
}

function isE2e(file) {
  return /\.e2e\.ts$/.test(file)
}

function isLoadTest(file) {
  return /\/load-[\w-]+\.e2e\.ts$/.test(file)
}

/** Runs one layer and reads its counts; a layer that ends without counting is itself a failure. */
function layer(name, belongs, args) {
  say(`tests: ${name}`)
  const files = ["src", "views"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((file) => `./${folder}/${file}`),
  )
  const report = join(results, `${name}.xml`)
  const { status } = spawnSync(
    bun,
    ["test", ...args, ...files.filter(belongs).sort(), "--reporter=junit", `--reporter-outfile=${report}`],
    {
      cwd: root,
      env,
      stdio: ["ignore", "inherit", "inherit"],
      timeout: only.includes("kills") ? 60 * 60_000 : 30 * 60_000,
    },
  )
  const head = existsSync(report) ? /<testsuites[^>]*>/.exec(readFileSync(report, "utf8"))?.[0] : undefined
  const count = (attribute) => Number(new RegExp(`\\b${attribute}="(\\d+)"`).exec(head ?? "")?.[1] ?? 0)
  const [tests, broken, skipped] = [count("tests"), count("failures"), count("skipped")]
  if (tests === 0 || skipped > 0 || (status !== 0 && broken === 0)) {
    say(`${name}: ${tests} tests, ${skipped} skipped, exit ${status}`)
    failed++
  }
  passed += tests - broken - skipped
  failed += broken
}
