import type { Child } from "../src/lib/jsx/jsx-runtime.ts"

/**
 * Pieces of a live answer, for htmx answers and streams alike. A target that is not on the page is passed over in
 * silence. All targets of one message are looked up before anything is inserted: never aim at what the same message adds.
 */
interface PartialProps {
  /** DOM id. */
  target: string
  children?: Child
}

/** After everything that is already inside the target. */
export const Append = ({ target, children }: PartialProps) => (
  <hx-partial hx-target={`#${target}`} hx-swap="beforeend">
    {children}
  </hx-partial>
)

export const Prepend = ({ target, children }: PartialProps) => (
  <hx-partial hx-target={`#${target}`} hx-swap="afterbegin">
    {children}
  </hx-partial>
)

/** Puts the child, which has the target's id, in its place; what did not change stays as it is, focus included. */
export const Replace = ({ target, children }: PartialProps) => (
  <hx-partial hx-target={`#${target}`} hx-swap="outerMorph">
    {children}
  </hx-partial>
)

/** The same for what is inside the target. */
export const Fill = ({ target, children }: PartialProps) => (
  <hx-partial hx-target={`#${target}`} hx-swap="innerMorph">
    {children}
  </hx-partial>
)

export const Remove = ({ target }: { target: string }) => <hx-partial hx-target={`#${target}`} hx-swap="delete" />
