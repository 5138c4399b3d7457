import { expect, test } from "bun:test"
import { commandIn } from "./command-in.ts"

test("a command is what follows the exclamation mark, and nothing else is one", () => {
  const check = (text: string, command: string | undefined) => expect([text, commandIn(text)]).toEqual([text, command])
  check("!ls -la", "ls -la")
  check("  ! ls\n", "ls")
  check("!", "")
  check("! one\ntwo", "one\ntwo")
  check("say !ls", undefined)
  check("", undefined)
})
