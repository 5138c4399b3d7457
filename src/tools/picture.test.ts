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
  const printed = picture(() => true)
  for (const feature of Object.keys(features)) expect(printed).toContain(`| ${feature} |`)
  for (const layer of ["main", "app", "feature", "platform", "views", "lib"]) expect(printed).toContain(layer)
})

test("features that do not exist yet are left out, also where others would use them", () => {
  const printed = picture((feature) => feature !== "settings")
  expect(printed).toContain("| repos | accounts |")
  expect(printed).not.toContain("settings")
})

test("a readme gets the picture between its markers and keeps the rest", () => {
  const readme = "# loopat\n<!-- picture -->\nold\n<!-- /picture -->\nmore\n"
  expect(pictureIn(readme)).toBe("old")
  const printed = withPicture(readme, "new")
  expect(pictureIn(printed)).toBe("new")
  expect(printed.startsWith("# loopat\n")).toBe(true)
  expect(printed.endsWith("\nmore\n")).toBe(true)
  expect(withPicture("no markers", "new")).toBe("no markers")
  expect(pictureIn("no markers")).toBeUndefined()
})
