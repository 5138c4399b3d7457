import { expect, test } from "bun:test"
import { type Run, recordLines } from "./record.ts"

const machine = {
  cpu: "c",
  cores: 2,
  memoryGiB: 24,
  kernel: "6",
  fileSystem: "ext4",
  podman: "4",
  git: "2",
  runtime: "bun",
}

test("the history gets one line per id, with what was measured and whether the machine was at rest", () => {
  const run: Run = {
    at: "2026-01-01T00:00:00.000Z",
    commit: "abc",
    quick: false,
    machine,
    noisy: ["L1"],
    lines: [
      { id: "L1", kind: "count", name: "fsyncs", measured: "1", value: 1, budget: 1, verdict: "met" },
      { id: "L1", kind: "note", name: "", measured: "words", verdict: "reported" },
      {
        id: "P5",
        kind: "count",
        name: "bytes",
        measured: "121",
        value: 121_383_088,
        budget: 130_000_000,
        verdict: "met",
      },
    ],
  }
  expect(recordLines(run).map(({ id, noisy, results }) => [id, noisy, results.length])).toEqual([
    ["L1", true, 1],
    ["P5", false, 1],
  ])
  expect(recordLines(run)[1]?.results[0]).toEqual({
    kind: "count",
    name: "bytes",
    value: 121_400_000,
    budget: 130_000_000,
    verdict: "met",
  })
})
