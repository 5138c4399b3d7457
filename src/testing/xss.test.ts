import { expect, test } from "bun:test"
import { dangers, xss } from "./xss.ts"

test("the search finds what would run when a string is printed as it is", () => {
  const check = (markup: string, found: string[]) => expect(dangers(markup)).toEqual(found)
  check("<script>x</script>", ["<script>"])
  check("<p onclick=x>", ["onclick on <p>"])
  check('<a href="javascript:x">', ['href="javascript:x"'])
  check('<a href="//evil.example">', ['href="//evil.example"'])
  check('<p style="color:red">', ["style on <p>"])
  check('<hx-partial hx-target="body">', ["<hx-partial>"])
  check('<div hx-get="javascript:x">', ['hx-get="javascript:x"'])
  check('<a href="/loops?a=1" title="onclick=x">&lt;script&gt;</a>', [])
})

test("most strings of the corpus are dangerous when they are printed as they are", () => {
  const html = xss.filter((text) => text.includes("<") && dangers(text).length > 0)
  expect(html.length).toBeGreaterThan(35)
})
