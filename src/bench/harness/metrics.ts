/** What the server counted: `/metrics`, read and compared. */
export interface Metrics {
  /** The sum of all samples of a name whose labels match. */
  value(name: string, labels?: Record<string, string>): number
}

export function parseMetrics(text: string): Metrics {
  const samples = text
    .split("\n")
    .map((line) => /^loopat_(\w+)(?:\{(.*)\})? (\S+)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = "", labels = "", value = ""]) => ({ name, labels: `,${labels},`, value: Number(value) }))
  return {
    value: (name, labels = {}) =>
      samples
        .filter((sample) => sample.name === name)
        .filter((sample) =>
          Object.entries(labels).every(([key, value]) => sample.labels.includes(`,${key}="${value}",`)),
        )
        .reduce((sum, sample) => sum + sample.value, 0),
  }
}

export const difference = (after: Metrics, before: Metrics): Metrics => ({
  value: (name, labels) => after.value(name, labels) - before.value(name, labels),
})
