import { setUp, startServer, visit, type Server, type Visit } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"

/** A workspace with the provider that needs no key, and one loop whose first turn has ended. */
export interface ReadyLoop extends AsyncDisposable {
  server: Server
  /** The address of its page, below the server's own. */
  loop: string
  /** A browser of its driver, who is signed in there. */
  open(options?: Parameters<typeof visit>[1]): Promise<Visit>
}

/** Takes longer than most journeys: those of one file share it. */
export async function readyLoop(): Promise<ReadyLoop> {
  const server = await startServer()
  await using visitor = await visit(server)
  const { page, context } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#say ready")
  await settled(page)
  const cookies = await context.cookies()
  return {
    server,
    loop: new URL(page.url()).pathname,
    async open(options) {
      const another = await visit(server, options)
      await another.context.addCookies(cookies)
      return another
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
