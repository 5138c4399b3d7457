/** A place in a loop's files. `path` is one of `pathText`, so that every name there is has an address. */
export interface FilePlace {
  /** Of which checkout; the working folder unless said. */
  checkout?: string | undefined
  path?: string | undefined
  from?: number | undefined
  /** Hidden entries are shown too. */
  hidden?: 1 | undefined
  /** A text is shown to be changed. */
  edit?: 1 | undefined
}
