import { expect, test } from "bun:test"
import { exposition } from "./exposition.ts"

test("counters and gauges are written as a scraper reads them", () => {
  const text = exposition([
    { name: "loopat_fsyncs_total", help: "Writes made durable.", type: "counter", samples: [{ value: 3 }] },
    {
      name: "loopat_loops",
      help: "Loops by state.",
      type: "gauge",
      samples: [{ labels: { state: "driven" }, value: 2 }],
    },
  ])
  expect(text).toBe(
    [
      "# HELP loopat_fsyncs_total Writes made durable.",
      "# TYPE loopat_fsyncs_total counter",
      "loopat_fsyncs_total 3",
      "# HELP loopat_loops Loops by state.",
      "# TYPE loopat_loops gauge",
      'loopat_loops{state="driven"} 2',
      "",
    ].join("\n"),
  )
})

test("a label's value cannot end the label or its line", () => {
  const samples = [{ labels: { program: 'a"b\\c\nd' }, value: 1 }]
  expect(exposition([{ name: "x", help: "x", type: "gauge", samples }])).toContain('x{program="a\\"b\\\\c\\nd"} 1\n')
})
