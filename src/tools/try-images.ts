/**
 * Makes a base image of each source named (`host`, `mirror`, `ubuntu:24.04`, `file:<tar>`, …) and holds it to the list that
 * all of them must pass: `npm run test:images -- host mirror`. Minutes long where a mirror or registry is far away.
 */
import { misePinFor } from "../sandbox/recipe.ts"
import { realImages } from "../testing/real-image.ts"

const wanted = process.argv.slice(2)
await using images = await realImages()
for (const source of wanted.length > 0 ? wanted : ["ubuntu:24.04", "mirror", "host"]) {
  const began = performance.now()
  const outcome = await images.make(source)
  const faults =
    outcome.kind === "ready"
      ? await images.faults(outcome.tag, misePinFor(process.arch))
      : [`${outcome.fault.code}: ${outcome.fault.detail}`]
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${source}, ${seconds} s`)
  for (const fault of faults) console.log(`       ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}
