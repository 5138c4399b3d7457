import { area } from "./area.ts"

/** An image in a difference. */
export const pictureWords = area(
  {
    before: "Before",
    after: "After",
    pictureOf: (side: string, path: string) => `${side}: ${path}`,
  },
  {
    before: "之前",
    after: "之后",
    pictureOf: (side: string, path: string) => `${side}：${path}`,
  },
)
