import { expect, test } from "bun:test"
import { features, mayUse } from "./architecture/features.ts"
import { picture, pictureIn, withPicture } from "./picture.ts"

test("a feature only ever points at features above it in the table", () => {
  const order = Object.keys(features)
  for (const [feature, uses] of Object.entries(features)) {
    if (uses === "any") continue
    for (const other of uses)
      expect([feature, other, order.indexOf(other) < order.indexOf(feature)]).toEqual([feature, other, true])
  }
  expect(mayUse("api", "agent")).toBe(true)
  expect(mayUse("accounts", "loops")).toBe(false)
})

test("the picture has a line for every feature and every layer", () => {
  const printed = picture()
  for (const feature of Object.keys(features)) expect(printed).toContain(`| ${feature} |`)
  for (const layer of ["main", "app", "feature", "platform", "views", "lib"]) expect(printed).toContain(layer)
})

test("a readme gets the picture between its markers and keeps the rest", () => {
  const readme = "# loopat\n<!-- picture -->\nold\n<!-- /picture -->\nmore\n"
  expect(pictureIn(readme)).toBe("old")
  const printed = withPicture(readme)
  expect(pictureIn(printed)).toBe(picture())
  expect(printed.startsWith("# loopat\n")).toBe(true)
  expect(printed.endsWith("\nmore\n")).toBe(true)
  expect(withPicture("no markers")).toBe("no markers")
  expect(pictureIn("no markers")).toBeUndefined()
})
