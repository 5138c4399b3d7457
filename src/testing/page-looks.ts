/** Questions to a page in a real browser that a person with other eyes, other hands or a small screen would ask. */
import type axe from "axe-core"
import type { Page } from "playwright-core"

/** The small one: it is sent to every page that is looked at. */
const axeSource = `${await Bun.file(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir)).text()};undefined`

/** What axe finds at the grades that keep somebody from using a page; all rules unless some are named. */
export async function seriousFindings(page: Page, rules: string[] = []): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource)
  return page.evaluate(async (only) => {
    const { axe: runner } = globalThis as unknown as { axe: typeof axe }
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    const { violations } = await runner.run(document, {
      resultTypes: ["violations"],
      runOnly: only.length > 0 ? { type: "rule", values: only } : tags,
      // For films and for styles of other hosts, which no page has.
      preload: false,
    })
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)
  }, rules)
}

/** Empty, or by how much the page is wider than its window. */
export async function slidesSideways(page: Page): Promise<string[]> {
  const extra = await page.evaluate(() => {
    const rows = ".composer-foot, .ask-foot, .form-foot, .card-acts, .page-head, .loop-head, .settings-lead, .sidebar"
    const inside = document.querySelectorAll(`main, #scroller, .dialog, ${rows}`)
    const boxes = [document.documentElement, document.body, ...inside]
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth))
  })
  return extra > 0 ? [`${extra} pixels too wide at ${page.viewportSize()?.width}`] : []
}

/** What moves although the visitor asked for no motion, and what jumps the order of the Tab key. */
export function restless(page: Page): Promise<string[]> {
  return page.evaluate(() => [
    ...document
      .getAnimations()
      .filter(({ playState }) => playState === "running")
      .map(({ effect }) => `moves: ${effect instanceof KeyframeEffect ? effect.target?.className : ""}`),
    ...[...document.querySelectorAll<HTMLElement>("[tabindex]")]
      .filter(({ tabIndex }) => tabIndex > 0)
      .map(({ outerHTML }) => `jumps the order: ${outerHTML.slice(0, 80)}`),
  ])
}

/** Controls that a thumb would miss: less than 44 pixels high. A choice is pressed by its whole card. */
export function tooSmallToPress(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const pressed =
      "button, a.button, nav a, .menu-row, select, summary, input:not([type=checkbox], [type=radio], [type=hidden])"
    return [...document.querySelectorAll<HTMLElement>(pressed)]
      .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.closest(".unseen, .skip"))
      .map((control) => ({ control, box: control.getBoundingClientRect() }))
      .filter(({ control, box }) => box.height > 0 && box.height < 43.5 && !control.matches(".copy, .choice-button"))
      .map(({ control, box }) => `${Math.round(box.height)} pixels: ${control.outerHTML.slice(0, 100)}`)
  })
}
