import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { tempFolder } from "../testing/temp-folder.ts"

export interface SmallDisk extends AsyncDisposable {
  home: string
  /** The way to a program for which the disk is there. */
  through: readonly string[]
  /** Runs a program there; throws when it fails. */
  run(...argv: string[]): void
  /** Also what became free since it was full. */
  fill(): void
  empty(): void
  readOnly(on: boolean): void
}

/** Mounted in a namespace of its own, in which whoever runs this may mount: the machine's own mounts stay as they are. */
export async function smallDisk(): Promise<SmallDisk> {
  const folder = await tempFolder()
  const place = join(folder.path, "disk")
  await mkdir(place)
  const inside = `mount -t tmpfs -o size=16m tmpfs ${place} && echo mounted && exec tail -f /dev/null`
  const holder = Bun.spawn(["unshare", "--map-root-user", "--mount", "sh", "-c", inside], { stderr: "pipe" })
  const said = await holder.stdout.getReader().read()
  if (said.done) throw new Error(`no disk: ${await new Response(holder.stderr).text()}`)
  const through = ["nsenter", "--user", "--mount", "--preserve-credentials", `--target=${holder.pid}`, "--"]
  const system = (...argv: string[]) => {
    const { exitCode, stderr } = Bun.spawnSync([...through, ...argv])
    if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr.toString()}`)
  }
  const filler = join(place, "filler")
  return {
    home: join(place, "home"),
    through,
    run: system,
    fill() {
      const { stderr } = Bun.spawnSync([...through, "sh", "-c", `cat /dev/zero >> ${filler}`])
      if (!/no space left/i.test(stderr.toString())) throw new Error(`not full: ${stderr.toString()}`)
    },
    empty: () => system("rm", filler),
    readOnly(on) {
      // The whole of it cannot be: the server's lock is open for writing.
      const loops = join(place, "home/loops")
      if (!on) return system("umount", "--lazy", loops)
      system("mount", "--bind", loops, loops)
      // Refused as long as the server has a file there open for writing.
      const remount = `until mount -o remount,bind,ro ${loops} 2>/dev/null; do sleep 0.02; done`
      system("timeout", "10", "sh", "-c", remount)
    },
    async [Symbol.asyncDispose]() {
      holder.kill()
      await holder.exited
      await folder[Symbol.asyncDispose]()
    },
  }
}
