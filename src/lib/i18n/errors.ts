import { area } from "./area.ts"

/** Titles and sentences of the error pages. Each sentence says what can be done. */
export const errorWords = area(
  {
    title400: "That did not come through right",
    text400: "loopat could not read the address or the form, so nothing was changed. Go back and try it again.",
    title401: "Please sign in",
    text401: "You are not signed in any more, so nothing was changed. Sign in and you are brought back here.",
    title403: "Not allowed",
    text403:
      "Nothing was changed. Either another site sent this, or you do not have the right to do it. Use the page in loopat itself, or ask an admin.",
    title404: "Nothing here",
    text404: "There is no such page, or it is not shared with you. Check the address, or ask whoever sent it to you.",
    title405: "That cannot be done here",
    text405: "This address does not take that kind of request. Open the page itself and use its buttons.",
    title409: "Something changed in the meantime",
    text409: "What you wanted to do does not fit any more, and nothing was changed. Look at the page as it stands now.",
    title413: "Too large",
    text413:
      "What you sent is larger than this server takes, so nothing was kept. Shorten it, or put it in a file of the loop.",
    title421: "Unknown host name",
    text421: "This server does not answer to that host name. Use the address that its admin gave you.",
    title422: "Something needs another look",
    text422: "One of the fields cannot be used as it is, so nothing was changed. Go back and check what you entered.",
    title429: "Too many tries",
    text429:
      "There were too many wrong tries from your network, so this one was not looked at and nothing was changed.",
    wait(seconds: number): string {
      if (seconds === 1) return "Try again in 1 second."
      return seconds < 120 ? `Try again in ${seconds} seconds.` : `Try again in ${Math.ceil(seconds / 60)} minutes.`
    },
    title500: "Something went wrong here",
    text500:
      "The server ran into an error of its own. Try again; if it stays, give an admin the number below: it is in the log.",
    title503: "The server is restarting",
    text503: "It is back in a moment, and this page then opens by itself. Nothing that was saved is lost.",
    title507: "The disk is full or cannot be written",
    text507:
      "This was not safely saved. Ask an admin to make room or to look after the disk, then go back and send it again.",
    requestNumber: (id: string) => `Request ${id}`,
    toLoops: "To your loops",
    toSignIn: "Sign in",
    tryAgain: "Try again",
    backToPage: "Back to the page",
  },
  {
    title400: "请求无法识别",
    text400: "loopat 无法读取这个地址或表单，没有做任何更改。请返回后重试。",
    title401: "请先登录",
    text401: "你已不在登录状态，没有做任何更改。登录后会回到这里。",
    title403: "不允许此操作",
    text403: "没有做任何更改。请求来自其他网站，或者你没有相应权限。请在 loopat 页面内操作，或联系管理员。",
    title404: "这里什么也没有",
    text404: "页面不存在，或者没有与你共享。请检查地址，或询问发给你链接的人。",
    title405: "此处不能这样操作",
    text405: "该地址不接受这种请求。请打开页面，使用页面上的按钮。",
    title409: "情况已经变化",
    text409: "你的操作已不适用，没有做任何更改。请打开页面查看最新状态。",
    title413: "内容过大",
    text413: "发送的内容超出了服务器的上限，没有保存。请缩短，或放入 Loop 的文件中。",
    title421: "未知的主机名",
    text421: "此服务器不响应该主机名。请使用管理员提供的地址。",
    title422: "有内容需要修改",
    text422: "有一项无法使用，没有做任何更改。请返回检查所填内容。",
    title429: "尝试次数过多",
    text429: "来自你所在网络的错误尝试过多，因此没有处理这一次，也没有做任何更改。",
    wait: (seconds: number) =>
      seconds < 120 ? `请在 ${seconds} 秒后重试。` : `请在 ${Math.ceil(seconds / 60)} 分钟后重试。`,
    title500: "出了点问题",
    text500: "服务器内部出错。请重试；如果仍然出现，请把下面的编号告诉管理员，日志中可以查到。",
    title503: "服务器正在重启",
    text503: "马上就好，页面会自动打开。已保存的内容不会丢失。",
    title507: "磁盘已满或无法写入",
    text507: "内容未能安全保存。请管理员腾出空间或检查磁盘，然后返回重新发送。",
    requestNumber: (id: string) => `请求编号 ${id}`,
    toLoops: "前往 Loop 列表",
    toSignIn: "登录",
    tryAgain: "重试",
    backToPage: "返回页面",
  },
)
