/** A violation as someone might write it, and how it should be written. */
export interface Plant {
  rule: string
  path: string
  bad: string
  good: string
  /** Where the good one stands when the same text is right in another place. */
  goodPath?: string
}
