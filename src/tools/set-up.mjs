// What `npm start` and `npm test` share: packages, system programs, the executable. Plain Node, because nothing is installed yet.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..")
export const bun = join(root, "node_modules/.bin/bun")
export const executable = join(root, "dist/loopat")

/** Programs that a server needs, each with the Debian package that brings it. */
export const serverPrograms = {
  podman: "podman",
  git: "git",
  "git-crypt": "git-crypt",
  newuidmap: "uidmap",
  slirp4netns: "slirp4netns",
}

/** Those packages and what they leave to be chosen: an init, a runtime, the tools that make the base image. */
export const serverPackages = [
  ...Object.values(serverPrograms),
  ...["runc", "conmon", "catatonit", "iproute2", "mmdebstrap", "ca-certificates"],
]

export const say = (text) => process.stderr.write(`loopat: ${text}\n`)

/** Installs the npm packages when the lock file is not the one that was installed. */
export function installPackages() {
  const stamp = join(root, "node_modules/.loopat-lock")
  const lock = digest([join(root, "package-lock.json")])
  if (read(stamp) === lock && existsSync(bun)) return
  say("installing packages …")
  must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
  writeFileSync(stamp, lock)
}

/** Names of programs on PATH that are not there. */
export function missingPrograms(programs) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"]
  return programs.filter((name) => !folders.some((folder) => existsSync(join(folder, name))))
}

/**
 * Installs what is missing through apt, as root or with a password-less sudo; otherwise prints the one command to run.
 * Returns whether everything is there afterwards.
 */
export function installSystem(needed, packages) {
  const missing = missingPrograms(Object.keys(needed))
  if (missing.length === 0) return true
  const script = join(root, "src/tools/host-setup.sh")
  const asRoot = process.getuid?.() === 0
  const sudo = !asRoot && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0
  if (existsSync("/usr/bin/apt-get") && (asRoot || sudo)) {
    say(`installing ${packages.join(" ")} …`)
    const [program, args] = asRoot ? ["bash", [script, ...packages]] : ["sudo", ["-n", "bash", script, ...packages]]
    must(program, args)
    return missingPrograms(Object.keys(needed)).length === 0
  }
  say(
    `not installed: ${missing.join(", ")}. Run this once, then start again:\n\n  sudo bash ${script} ${packages.join(" ")}\n`,
  )
  return false
}

/** Some machines (no systemd, hybrid cgroups, no right to raise limits) need podman told so; others get an empty file. */
export function podmanEnvironment() {
  if (process.env.CONTAINERS_CONF || missingPrograms(["podman"]).length > 0) return {}
  const file = join(root, "dist/containers.conf")
  mkdirSync(dirname(file), { recursive: true })
  must("bash", [join(root, "src/tools/containers-conf.sh"), file], { stdio: ["ignore", "ignore", "inherit"] })
  return { CONTAINERS_CONF: file }
}

/** Builds `dist/loopat` when anything it is made of has changed. */
export function buildExecutable() {
  const stamp = join(root, "dist/.sources")
  const folders = ["src", "views", "public", "templates", "sandbox"].map((name) => join(root, name))
  const sources = digest([join(root, "package-lock.json"), join(root, "package.json"), ...folders.flatMap(filesOf)])
  if (existsSync(executable) && read(stamp) === sources) return
  say("building the executable …")
  must(bun, ["run", "src/tools/build.ts"])
  writeFileSync(stamp, sources)
}

export function must(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit", ...options })
  if (status === 0) return
  say(`${program} ${args[0] ?? ""} failed${error ? `: ${error.message}` : ""}`)
  process.exit(1)
}

function filesOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !/\.test\.tsx?$|\/e2e\//.test(path))
    .sort()
}

function digest(paths) {
  const hash = createHash("sha256")
  for (const path of paths) hash.update(path.slice(root.length)).update("\0").update(readFileSync(path)).update("\0")
  return hash.digest("hex")
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined
}
