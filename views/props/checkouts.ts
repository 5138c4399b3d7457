/** One of a loop's checkouts, to choose from. */
export interface CheckoutView {
  /** `workdir`, a context's name, or `repos/<name>`. */
  name: string
  url: string
  /** Files that have changed there, where that is known. */
  count?: number | undefined
  current: boolean
}
