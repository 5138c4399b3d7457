import { boxAt, type Checkout, type DrivenLoop, findCheckout, type NotPlaced, type ViewedLoop } from "../loops/index.ts"
import type { Box } from "../sandbox/index.ts"
import type { FilesNeeds } from "./index.ts"

/** Files of a loop, and of which of its checkouts; the working folder unless said. */
export interface Where<Loop extends ViewedLoop = ViewedLoop> {
  loop: Loop
  /** As it was asked for. */
  checkout?: string | undefined
}

/** The sandbox itself, and what of it is taken for the working folder. */
export interface Whole {
  box: Box
  checkout: Checkout
}

type Work<T> = (box: Box, whole: Whole) => Promise<T>

/** Looks into a checkout as if it were the working folder. */
export const readIn = <T>({ workbench }: FilesNeeds, where: Where, work: Work<T>): Promise<T | NotPlaced> =>
  workbench.read(where.loop, (box) => inCheckout(box, where, work))

/** The same with the right to change it. */
export const writeIn = <T>(
  { workbench }: FilesNeeds,
  where: Where<DrivenLoop>,
  work: Work<T>,
): Promise<T | NotPlaced> => workbench.write(where.loop, (box) => inCheckout(box, where, work))

async function inCheckout<T>(box: Box, { loop, checkout: name }: Where, work: Work<T>): Promise<T | NotPlaced> {
  const checkout = await findCheckout(box, loop, name)
  return checkout ? work(boxAt(box, checkout), { box, checkout }) : { kind: "not-placed", why: "no-checkout" }
}

/** What is not there is no reason to try again. */
export const unplacedStatus = ({ why }: NotPlaced): number => (why === "no-checkout" ? 404 : 503)

/** In an address or a form. What is no name is one that no checkout has. */
export function checkoutIn({ checkout }: Readonly<Record<string, unknown>>): string | undefined {
  if (checkout === undefined || checkout === "workdir") return undefined
  return typeof checkout === "string" ? checkout : ""
}

/** Where a checkout lies, for links and for the agent. */
export const folderInside = (loop: string, checkout: string | undefined): string =>
  checkout === undefined ? `/loopat/loop/${loop}/workdir` : `/loopat/context/${checkout}`
