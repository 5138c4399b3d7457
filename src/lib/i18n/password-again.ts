import { area } from "./area.ts"

/** Where the password is asked for anew. */
export const passwordAgainWords = area(
  {
    password: "Your password",
    hint: "You gave it more than 15 minutes ago.",
    unasked: "Give your password again: you gave it more than 15 minutes ago.",
    wrong: "That is not your password.",
  },
  {
    password: "你的密码",
    hint: "你上次输入密码已超过 15 分钟。",
    unasked: "请再次输入密码：你上次输入已超过 15 分钟。",
    wrong: "这不是你的密码。",
  },
)
