import { area } from "./area.ts"

/** What people read about the images of their messages. */
export const imageWords = area(
  {
    add: "Add images",
    images: "Images",
    sending: "Sending the image…",
    remove: "Remove",
    wrong: "Only PNG, JPEG, GIF and WebP images go with a message. Put other files into the loop under Files.",
    large: "An image may have 3.7 MB. Make it smaller, or put it into the loop under Files.",
    full: "This loop has 200 images already. Put further ones into it under Files.",
    failed: "The image did not arrive. Try once more.",
    many: (most: number) => `A message takes ${most} images. Send these first.`,
    tooMany: (most: number) => `A message takes ${most} images. Choose fewer, and send the others with the next one.`,
    ofCommand: "A command takes no images. Send them with a message of their own.",
    limits: (most: number) =>
      `Up to ${most} PNG, JPEG, GIF or WebP images of 3.7 MB each. Choose them again after a refusal.`,
    gone: (most: number) => `One of the images is not here any more, or there are more than ${most}. Add them again.`,
  },
  {
    add: "添加图片",
    images: "图片",
    sending: "正在发送图片……",
    remove: "移除",
    wrong: "消息只能附带 PNG、JPEG、GIF 和 WebP 图片。其他文件请放到 Loop 的“文件”中。",
    large: "图片最大为 3.7 MB。请缩小，或放到 Loop 的“文件”中。",
    full: "此 Loop 已有 200 张图片。更多图片请放到“文件”中。",
    failed: "图片未送达。请再试一次。",
    many: (most: number) => `一条消息最多附带 ${most} 张图片。请先发送这些。`,
    tooMany: (most: number) => `一条消息最多附带 ${most} 张图片。请少选一些，其余的随下一条发送。`,
    ofCommand: "命令不能附带图片。请用单独的消息发送图片。",
    limits: (most: number) => `最多 ${most} 张 PNG、JPEG、GIF 或 WebP 图片，每张不超过 3.7 MB。被拒绝后请重新选择。`,
    gone: (most: number) => `其中一张图片已不存在，或者超过了 ${most} 张。请重新添加。`,
  },
)
