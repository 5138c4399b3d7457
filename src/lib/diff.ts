/** One line of a unified view. Numbers count from 1; a line that does not exist on a side has none there. */
export interface DiffLine {
  kind: "same" | "added" | "removed" | "gap"
  text: string
  before?: number
  after?: number
}
