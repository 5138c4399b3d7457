import { guestCommand } from "../cli/guest.ts"

// The guest alone, bundled for tests that run before the executable is built.
const [program = "", script = "", , ...args] = process.argv
await guestCommand(args, [program, script], "test")
