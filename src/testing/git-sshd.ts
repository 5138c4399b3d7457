import { appendFile, chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { until } from "./link-world.ts"

/** A real sshd on loopback that lets one key fetch from and push to the repositories in its folder, and nothing else. */
export interface GitSshd extends AsyncDisposable {
  /** Folder of the repositories, `<name>` each. */
  repositories: string
  /** Path of the private key that the host lets in. */
  userKey: string
  address(name: string): string
  /** As `ssh-keygen -l` prints it. */
  fingerprint(): Promise<string>
  /** Another host answers at the same address: its key is another one. */
  becomeAnother(): Promise<void>
  /** From now on this key may fetch and push there besides. */
  letIn(publicKey: string): Promise<void>
  /** From now on the host lets nobody in. */
  lockOut(): Promise<void>
  /** Whoever asks waits until the returned function is called. */
  hold(): Promise<() => Promise<void>>
  stop(): Promise<void>
}

export async function gitSshd(folder: string): Promise<GitSshd> {
  const repositories = join(folder, "repositories")
  await mkdir(repositories, { recursive: true })
  const [hostKey, userKey] = [join(folder, "host_key"), join(folder, "user_key")]
  await newKey(hostKey)
  await newKey(userKey)
  const gitOnly = join(folder, "git-only")
  await writeFile(gitOnly, gitOnlyScript(repositories))
  await chmod(gitOnly, 0o700)
  const letIn = `restrict,command="${gitOnly}" ${await readFile(`${userKey}.pub`, "utf8")}`
  await writeFile(join(folder, "authorized_keys"), letIn, { mode: 0o600 })
  const port = freePort()
  const login = (await run(["id", "-un"])).trim()
  await writeFile(join(folder, "sshd_config"), configuration(folder, port))
  // Where sshd gives up its rights; its package makes the folder only when it runs as a service.
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true })

  async function start() {
    const child = Bun.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", join(folder, "sshd_config")], {
      stdio: ["ignore", "ignore", Bun.file(join(folder, "log"))],
    })
    await until("sshd answers", () => answers(port))
    return child
  }
  let child = await start()
  const stop = async () => {
    child.kill()
    await child.exited
  }
  return {
    repositories,
    userKey,
    address: (name) => `ssh://${login}@127.0.0.1:${port}/${name}`,
    fingerprint: async () => (await run(["ssh-keygen", "-l", "-f", `${hostKey}.pub`])).split(" ")[1] ?? "",
    async becomeAnother() {
      await stop()
      for (const file of [hostKey, `${hostKey}.pub`]) await rename(file, `${file}.before`)
      await newKey(hostKey)
      child = await start()
    },
    async hold() {
      await writeFile(join(folder, "held"), "")
      return () => rm(join(folder, "held"))
    },
    letIn: (publicKey) => appendFile(join(folder, "authorized_keys"), `restrict,command="${gitOnly}" ${publicKey}\n`),
    lockOut: () => writeFile(join(folder, "authorized_keys"), ""),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const gitOnlyScript = (repositories: string): string => `#!/bin/sh
set -f
path=\${SSH_ORIGINAL_COMMAND#git-*-pack }
case $SSH_ORIGINAL_COMMAND in
  "git-upload-pack "*) program=upload-pack ;;
  "git-receive-pack "*) program=receive-pack ;;
  *) echo "only git here" >&2; exit 1 ;;
esac
path=\${path#\\'/}; path=\${path%\\'}
case $path in *[!A-Za-z0-9._-]*|.*|'') echo "no such repository" >&2; exit 1;; esac
while [ -e '${repositories}/../held' ]; do sleep 0.05; done
cd '${repositories}' && exec git -c safe.directory='*' "$program" "$path"
`

const configuration = (folder: string, port: number): string => `Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host_key
PidFile none
AuthorizedKeysFile ${folder}/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
AllowTcpForwarding no
X11Forwarding no
AcceptEnv GIT_PROTOCOL
`

const newKey = (path: string) => run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path])

async function run(argv: string[]): Promise<string> {
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "inherit" })
  const text = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")} failed`)
  return text
}

/** One that nobody listens on now; whoever is quicker than sshd makes the test fail, not pass. */
function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  listener.stop(true)
  return listener.port
}

async function answers(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } })
    socket.end()
    return true
  } catch {
    return false
  }
}
