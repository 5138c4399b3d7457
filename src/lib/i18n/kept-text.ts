import { area } from "./area.ts"

/** What people read beside what they typed when it could not be taken. */
export const keptTextWords = area(
  {
    title: "What you typed",
    hint: "What you typed was not taken, and nothing was changed. It is here, to be sent again.",
    text: "Your text",
    send: "Send again",
  },
  {
    title: "你输入的内容",
    hint: "你输入的内容没有被接收，也没有做任何更改。它还在这里，可以再次发送。",
    text: "你的文字",
    send: "再次发送",
  },
)
