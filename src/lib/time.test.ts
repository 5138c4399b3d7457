import { expect, test } from "bun:test"
import { clockText, compactNumber, duration, machineTime, relativeTime } from "./time.ts"

const now = Date.parse("2026-03-10T15:00:00Z")

test("how long ago something was, in both languages", () => {
  const check = (secondsAgo: number, en: string, zh: string) =>
    expect([
      relativeTime(now - secondsAgo * 1000, now, "en"),
      relativeTime(now - secondsAgo * 1000, now, "zh"),
    ]).toEqual([en, zh])
  check(0, "now", "现在")
  check(59, "now", "现在")
  check(60, "1m ago", "1分钟前")
  check(3 * 3600 + 5, "3h ago", "3小时前")
  check(86_400, "yesterday", "昨天")
  check(-7200, "in 2h", "2小时后")
  check(-(7 * 86_400 - 5), "in 7d", "7天后")
  check(-(86_400 - 5), "tomorrow", "明天")
  check(-13 * 3600, "in 13h", "13小时后")
  check(40 * 86_400, "last mo.", "上个月")
  check(800 * 86_400, "2y ago", "2年前")
})

test("how long something took, in at most two units", () => {
  const check = (ms: number, en: string) => expect(duration(ms, "en")).toBe(en)
  check(12.4, "12ms")
  check(-5, "0ms")
  check(1_400, "1s")
  check(59_600, "1m")
  check(94_000, "1m 34s")
  check(3_840_000, "1h 4m")
  expect(duration(94_000, "zh")).toBe("1分钟 34秒")
})

test("a running clock and large numbers", () => {
  expect([clockText(42_900), clockText(-1), clockText(3_723_000)]).toEqual(["0:42", "0:00", "1:02:03"])
  expect([compactNumber(1_930, "en"), compactNumber(48_200, "zh")]).toEqual(["1.9K", "4.8万"])
  expect(machineTime(now)).toBe("2026-03-10T15:00:00.000Z")
})
