import { expect, test } from "bun:test"
import { join } from "node:path"
import { testBaseImage } from "../testing/base-image.ts"
import { realImages } from "../testing/real-image.ts"
import { misePinFor } from "./recipe.ts"

test("the base builds from this machine's packages and from a file, and both pass one list; a wrong checksum of mise builds nothing", async () => {
  const pin = misePinFor(process.arch)
  if (!pin) throw new Error("need a processor with a pinned installer")
  await using images = await realImages()
  // What all tests share is made of this machine's packages, without the installer.
  const ofHost = await testBaseImage()
  expect(await images.faults(ofHost, undefined)).toEqual([])

  const tar = join(images.folder, "elsewhere.tar")
  const container = (await images.podman("create", "--pull=never", ofHost)).trim()
  await images.podman("export", `--output=${tar}`, container)
  await images.podman("rm", container)

  const wrong = { ...pin, sha256: pin.sha256.replace(/^./, (first) => (first === "0" ? "1" : "0")) }
  const refused = await images.make(`file:${tar}`, wrong)
  expect(refused).toMatchObject({ kind: "failed", fault: { code: "checksum" } })
  expect(refused.kind === "failed" && refused.fault.detail).toContain("does not have the pinned checksum")
  const tags = await images.podman(
    "images",
    "--format={{.Repository}}:{{.Tag}}",
    `--filter=label=loopat.workspace=${images.workspace}`,
  )
  expect(tags.split("\n").filter(Boolean)).toEqual([])

  const ofFile = await images.make(`file:${tar}`)
  if (ofFile.kind !== "ready") throw new Error(JSON.stringify(images.told()))
  expect(images.told()).toMatchObject({ state: "ready", source: "file", from: tar })
  expect(await images.faults(ofFile.tag, pin)).toEqual([])
}, 300_000)
