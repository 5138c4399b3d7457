import { expect, test } from "bun:test"
import { raw } from "./safe-html.ts"

const print = (html: unknown) => String(html)

test("text and attributes are escaped where they are printed", () => {
  const name = `<script>"'&</script>`
  expect(print(<p title={name}>{name}</p>)).toBe(
    `<p title="&lt;script&gt;&quot;&#x27;&amp;&lt;/script&gt;">&lt;script&gt;&quot;&#x27;&amp;&lt;/script&gt;</p>`,
  )
})

test("markup made on purpose is printed as it is, once", () => {
  const bold = raw("<b>x</b>")
  expect(print(<div>{bold}</div>)).toBe("<div><b>x</b></div>")
  expect(print(<div>{<i>{bold}</i>}</div>)).toBe("<div><i><b>x</b></i></div>")
})

test("false, null and undefined print nothing; zero prints", () => {
  expect(
    print(
      <p hidden={false}>
        {false}
        {null}
        {undefined}
        {0}
        {["a", "<"]}
      </p>,
    ),
  ).toBe("<p>0a&lt;</p>")
})

test("void elements have no end tag and custom elements pass", () => {
  expect(print(<input name="a" disabled />)).toBe(`<input name="a" disabled>`)
  expect(
    print(
      <hx-partial hx-target="#a">
        <br />
      </hx-partial>,
    ),
  ).toBe(`<hx-partial hx-target="#a"><br></hx-partial>`)
})

test("an attribute name that would break out is refused", () => {
  const bad: Record<string, string> = { 'x" onload="': "1" }
  expect(() => <p {...bad} />).toThrow("not an attribute name")
})

test("a class list keeps only what is set", () => {
  expect(print(<p class={["a", false, "b"]} />)).toBe(`<p class="a b"></p>`)
})
