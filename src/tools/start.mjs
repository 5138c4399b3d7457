// `npm start`: from a fresh machine to a running server. A second call finds everything done and only starts.
import { spawn } from "node:child_process"
import {
  buildExecutable,
  executable,
  installPackages,
  installSystem,
  podmanEnvironment,
  serverPackages,
  serverPrograms,
} from "./set-up.mjs"

installPackages()
// Without podman the server still runs and its pages say what is missing.
installSystem(serverPrograms, serverPackages)
buildExecutable()

const server = spawn(executable, ["serve", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...podmanEnvironment(), ...process.env },
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal))
server.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
