import { connectCommand } from "../cli/connect.ts"
import { guestCommand } from "../cli/guest.ts"

// The guest alone, bundled for tests that run before the executable is built.
const [program = "", script = "", command, ...args] = process.argv
const streams = { input: process.stdin, output: process.stdout, errors: process.stderr }
if (command === "connect") process.exit(await connectCommand(args, streams))
await guestCommand(args, [program, script], "test")
