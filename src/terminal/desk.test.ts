import { expect, test } from "bun:test"
import { Desk, type Looker } from "./desk.ts"
import type { Size } from "./terminal.ts"

const size = (columns: number, rows: number): Size => ({ columns, rows })
const laptop = size(120, 40)
const phone = size(45, 30)

function looker(log: string[], name: string): Looker {
  return {
    shape: ({ columns, rows }) => void log.push(`${name} shows ${columns}×${rows}`),
    resize: ({ columns, rows }) => void log.push(`resized to ${columns}×${rows}`),
  }
}

function world() {
  const log: string[] = []
  const desk = new Desk(size(80, 24))
  const [one, other] = [looker(log, "laptop"), looker(log, "phone")]
  desk.join(one)
  const told = () => log.splice(0)
  return { desk, one, other, told }
}

test("the device on which somebody typed last sets the size; another one shows it", () => {
  const { desk, one, other, told } = world()
  desk.sized(one, laptop)
  expect(told()).toEqual(["resized to 120×40", "laptop shows 120×40"])
  desk.typed(one)
  told()
  desk.join(other)
  desk.sized(other, phone)
  expect(told()).toEqual(["phone shows 120×40"])
  desk.typed(other)
  expect(told()).toEqual(["resized to 45×30", "laptop shows 45×30", "phone shows 45×30"])
  desk.typed(other)
  desk.sized(one, size(100, 30))
  expect(told()).toEqual(["laptop shows 45×30"])
})

test("when the one who typed leaves, the size is that of the one who stays", () => {
  const { desk, one, other, told } = world()
  desk.join(other)
  desk.sized(one, laptop)
  desk.typed(one)
  desk.sized(other, phone)
  told()
  desk.leave(one)
  expect(told()).toEqual(["resized to 45×30", "phone shows 45×30"])
  desk.leave(other)
  expect(desk.isEmpty).toBe(true)
})

test("who only looks on does not keep the one who stays from the size of his own", () => {
  const { desk, one, other, told } = world()
  desk.join(looker([], "onlooker"))
  desk.join(other)
  desk.sized(one, laptop)
  desk.typed(one)
  desk.sized(other, phone)
  told()
  desk.leave(one)
  expect(told()).toEqual(["resized to 45×30", "phone shows 45×30"])
})

test("a size that no program can use changes nothing", () => {
  const { desk, one, told } = world()
  desk.sized(one, size(0, 0))
  desk.sized(one, size(3, 200))
  expect(told()).toEqual([])
})

test("a screen is drawn anew by a change of size that does not stay", () => {
  const { desk, one, told } = world()
  desk.sized(one, laptop)
  told()
  desk.redraw(one)
  expect(told()).toEqual(["resized to 120×39", "resized to 120×40"])
})
