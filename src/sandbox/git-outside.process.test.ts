import { expect, test } from "bun:test"
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { gitHostWorld } from "../testing/git-host.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { gitSshd } from "../testing/git-sshd.ts"
import { repoName } from "../testing/loops.ts"
import { gitConfig } from "./git-identity.ts"

const app = repoName("app")

test("git push from a mirrored checkout arrives at the outside host as the driver, and after a change of drivers as the new one; a fetch comes from the server", async () => {
  await using here = await gitHostWorld()
  await using sshd = await gitSshd(`${here.path}/host`)
  const outside = await outsideRepository(`${sshd.repositories}/app.git`, { "README.md": "hello" })
  const address = sshd.address("app.git")
  here.roster.push({ name: app, git: address, credential: "host" })
  await mkdir(`${here.path}/keys`)
  await copyFile(sshd.userKey, `${here.path}/keys/host`)
  await here.repos.confirmHost(app, await sshd.fingerprint())

  const driver = (name: string) =>
    newDriver(name, { folder: here.path, address, here: here.address("loop", "code/app") })
  const logins = async () =>
    [...(await readFile(`${here.path}/host/log`, "utf8")).matchAll(/Accepted publickey .* (SHA256:\S+)/g)].map(
      ([, key]) => key,
    )

  const alice = await driver("alice")
  await alice.git("clone", "--quiet", address, "checkout")
  const workspaceKey = (await Bun.$`ssh-keygen -l -f ${sshd.userKey}.pub`.text()).split(" ")[1]
  expect(new Set(await logins())).toEqual(new Set([workspaceKey]))
  const before = (await logins()).length
  await alice.git("-C", "checkout", "switch", "--quiet", "-c", "loop/plan-111111")
  await alice.git("-C", "checkout", "commit", "--quiet", "--allow-empty", "-m", "Hers")
  await alice.git("-C", "checkout", "push", "--quiet", "origin", "HEAD")
  expect((await logins()).slice(before)).toEqual([alice.key])
  expect(await outside.git("log", "-1", "--format=%s %an", "loop/plan-111111")).toBe("Hers alice\n")

  const bob = await driver("bob")
  await bob.git("-C", "checkout", "commit", "--quiet", "--allow-empty", "-m", "His")
  await bob.git("-C", "checkout", "push", "--quiet", "origin", "HEAD")
  expect((await logins()).slice(before)).toEqual([alice.key, bob.key])
  expect(await outside.git("log", "-1", "--format=%s %an", "loop/plan-111111")).toBe("His bob\n")

  // What went outside comes back by way of the server, once its copy is older than a minute.
  here.clock.advance(61_000)
  await alice.git("clone", "--quiet", address, "again")
  expect(await alice.git("-C", "again", "log", "-1", "--format=%s", "origin/loop/plan-111111")).toBe("His\n")
  expect((await logins()).slice(before).filter((key) => key === alice.key)).toHaveLength(1)
}, 30_000)

/** A driver's home as a sandbox has it, with a key of his own that the host knows. */
async function newDriver(name: string, { folder, address, here }: { folder: string; address: string; here: string }) {
  const home = `${folder}/${name}`
  await mkdir(home)
  await Bun.$`ssh-keygen -q -t ed25519 -N ${""} -C ${name} -f ${home}/id`
  const letIn = `${folder}/host/authorized_keys`
  const known = await readFile(letIn, "utf8")
  const rule = known.slice(0, known.indexOf("ssh-ed25519"))
  await writeFile(letIn, `${known}${rule}${await readFile(`${home}/id.pub`, "utf8")}`)
  const identity = { displayName: name, email: `${name}@loopat.local` }
  await writeFile(`${home}/system`, gitConfig({ identity, copies: [{ address, here }] }))
  const command = `ssh -F none -i ${home}/id -o IdentitiesOnly=yes -o UserKnownHostsFile=${home}/hosts -o StrictHostKeyChecking=accept-new`
  await writeFile(`${home}/.gitconfig`, `[core]\n\tsshCommand = ${command}\n`)
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    GIT_CONFIG_SYSTEM: `${home}/system`,
    GIT_TERMINAL_PROMPT: "0",
  }
  return {
    git: (...args: string[]) => Bun.$`git ${args}`.env(env).cwd(folder).text(),
    key: (await Bun.$`ssh-keygen -l -f ${home}/id.pub`.text()).split(" ")[1] ?? "",
  }
}
