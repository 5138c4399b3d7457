/** What a program printed, cut after each of these bytes; `rest` is what has no end yet. */
export function recordsIn(bytes: Buffer, end: number): { records: Buffer[]; rest: Buffer } {
  const records: Buffer[] = []
  let start = 0
  for (let at = bytes.indexOf(end); at >= 0; at = bytes.indexOf(end, start)) {
    records.push(bytes.subarray(start, at))
    start = at + 1
  }
  return { records, rest: bytes.subarray(start) }
}
