import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"

interface MenuProps {
  /** DOM id of the card. */
  id: string
  /** Name of the button where its visible content, `face`, has no words. */
  label?: string
  face: Child
  class?: string
  /** Which corner of the window the card stands in; a question stands in the middle. */
  at: "head" | "foot" | "middle" | "desk"
  children?: Child
}

/** A card over the page that a button opens, Esc and a click outside close. The browser does it all, without script. */
export function Menu({ id, label, face, at, children, ...rest }: MenuProps) {
  return (
    <>
      <button type="button" class={rest.class} popovertarget={id} aria-label={label}>
        {face}
      </button>
      <div id={id} popover="auto" class={["menu-card", `at-${at}`]}>
        {children}
      </div>
    </>
  )
}
