import { expect, test } from "bun:test"
import { checkDocs } from "./check-docs.ts"
import { picture, withPicture } from "./picture.ts"

const paths = ["src/main.ts", "src/loops/index.ts", "views/page.tsx"]
const found = (path: string, text: string) =>
  checkDocs([{ path, text }], paths).map(({ rule, line }) => `${rule}:${line}`)

test("a path that a page for developers quotes has to exist", () => {
  expect(found("AGENTS.md", "Read `src/main.ts`, then `src/loops/` and `src/loops`.")).toEqual([])
  expect(found("AGENTS.md", "First.\nRead `src/loops/store.ts`.")).toEqual(["quoted-path:2"])
  expect(found("src/loops/README.md", "Read `src/loops/store.ts`.")).toEqual([])
})

test("the readme shows the picture of the features there are", () => {
  const readme = "<!-- picture -->\n<!-- /picture -->\n"
  expect(found("README.md", readme)).toEqual(["picture:1"])
  expect(
    found(
      "README.md",
      withPicture(
        readme,
        picture((feature) => feature === "loops"),
      ),
    ),
  ).toEqual([])
  expect(found("README.md", "no picture")).toEqual([])
})
