import { join } from "node:path"
import { testBaseImage } from "./base-image.ts"
import { tempFolder } from "./temp-folder.ts"

/** What containers inside a container are made with, beside what the base has. */
const packages = [
  ...["podman", "conmon", "crun", "uidmap", "slirp4netns"],
  ...["golang-github-containers-common", "golang-github-containers-image"],
]
const programs = ["podman", "conmon", "crun", "newuidmap", "newgidmap", "slirp4netns"]

/** The tests' base image with this machine's podman in it: made once per machine, then found. */
export async function testNestedImage(): Promise<string> {
  const base = await testBaseImage()
  const tag = base.replace("-base:", "-nested:")
  if (run(["podman", "image", "exists", tag]).exitCode === 0) return tag
  await using temp = await tempFolder()
  const script = `set -euo pipefail
    { dpkg -L ${packages.join(" ")} | grep -vE '^/usr/share/(doc|man|lintian|bash-completion|zsh|fish)|^/etc/cni'
      ldd ${programs.map((name) => `$(command -v ${name})`).join(" ")} | grep -o '/[^ )]*' | while read -r library; do
        echo "/usr$(readlink -f "$library" | sed 's,^/usr,,')"; echo "/usr$(echo "$library" | sed 's,^/usr,,')"; done
    } | sort -u | while read -r file; do if [ -f "$file" ]; then echo "\${file#/}"; fi; done |
    sed -E 's,^(bin|sbin|lib|lib64)/,usr/\\1/,' | sort -u | tar -cf ${temp.path}/files.tar -C / -T -`
  sure(run(["bash", "-c", script]))
  await Bun.write(join(temp.path, "Containerfile"), `FROM ${base}\nADD files.tar /\n`)
  sure(run(["podman", "build", "--quiet", "--pull=never", "--network=none", `--tag=${tag}`, temp.path]))
  return tag
}

const run = (argv: string[]) => Bun.spawnSync(argv, { stdout: "pipe", stderr: "pipe" })

function sure({ exitCode, stderr }: ReturnType<typeof run>): void {
  if (exitCode !== 0) throw new Error(stderr.toString())
}
