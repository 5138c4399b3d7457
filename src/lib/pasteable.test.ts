import { expect, test } from "bun:test"
import { pasteable } from "./pasteable.ts"

test("pasted text keeps its lines and tabs, and can neither end the paste by itself nor press keys", () => {
  const check = (given: string, pasted: string) => expect(pasteable(given)).toBe(pasted)
  check("ls -l\n\techo 你好\r\n", "ls -l\n\techo 你好\r\n")
  check("safe\u001b[201~rm -rf x\n", "safe[201~rm -rf x\n")
  check("a\u0003b\u0004c\u007fd\u009be", "abcde")
  check("\u0000\u0007", "")
})
