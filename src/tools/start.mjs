// `npm start`: from a fresh machine to a running server. A second call finds everything done and only starts.
import { spawn } from "node:child_process"
import { buildExecutable, executable, installPackages, installSystem, podmanEnvironment } from "./set-up.mjs"

const programs = {
  podman: "podman",
  git: "git",
  "git-crypt": "git-crypt",
  newuidmap: "uidmap",
  slirp4netns: "slirp4netns",
}
const packages = [
  "podman",
  "runc",
  "conmon",
  "catatonit",
  "uidmap",
  "slirp4netns",
  "git",
  "git-crypt",
  "iproute2",
  "mmdebstrap",
  "ca-certificates",
]

installPackages()
// Without podman the server still runs and its pages say what is missing.
installSystem(programs, packages)
buildExecutable()

const server = spawn(executable, ["serve", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...podmanEnvironment(), ...process.env },
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal))
server.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
