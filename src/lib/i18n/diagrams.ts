import { area } from "./area.ts"

/** Diagrams in texts, drawn by the browser. */
export const diagramWords = area(
  {
    picture: "Diagram",
    source: "Source",
    asSource: "A diagram, shown as its source.",
    wrong: "This diagram could not be drawn.",
    slow: "This diagram took too long to draw.",
    large: "There is too much here to be drawn.",
  },
  {
    picture: "图表",
    source: "源码",
    asSource: "图表，以源码显示。",
    wrong: "无法绘制此图表。",
    slow: "绘制此图表耗时过长。",
    large: "内容过多，无法绘制。",
  },
)
