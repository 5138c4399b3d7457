import type { Words } from "./words.ts"

const fenced = (text: string) => `\`\`\`text\n${text.replaceAll("```", "'''") || "（没有内容）"}\n\`\`\``

export const chinese: Words = {
  greeting: `你好！我是**演示模型**：loopat 自带的一段脚本，并不是 AI。我不需要密钥，也不需要网络，让你在连接真正的模型之前，先看看 loop 是怎样工作的。

要添加真正的模型，请打开**设置 → 模型服务**，选择一家服务并填入密钥。之后这个 loop 会接着用它。

下面是一件真实的事，由真正的智能体在这个 loop 自己的沙箱里完成：我写一个文件，再看看文件夹。`,
  again: `这句话不在我的脚本里。我还是那个**演示模型**；真正的模型可以在**设置 → 模型服务**里添加。

所以我把那件真实的事再做一遍：写一个文件，再看看文件夹。`,
  hello: `# 你好

这个文件是这个 loop 的智能体在它自己的沙箱里写下的。
文字来自演示模型，也就是一段脚本。请在“设置 → 模型服务”里添加真正的模型。
`,
  saw(folder, names) {
    const where = folder ? `\`${folder}\`` : "文件夹"
    if (names.length === 0) return `我看了看，${where} 里没有我能读懂的内容。`
    const shown = names.slice(0, 12).map((name) => `\`${name}\``)
    const more = names.length > shown.length ? ` 等` : ""
    return `${where} 里有 ${names.length} 项：${shown.join("、")}${more}。\`hello.md\` 确实在那里。`
  },
  menu: `我的脚本还认得下面这些话，发一句试试：

| 你写 | 会发生什么 |
|---|---|
| \`写入 notes.md: 一些文字\` | 写一个文件 |
| \`读取 notes.md\` | 再把它读出来 |
| \`运行 date\` | 在沙箱里运行一条命令 |
| \`问我\` | 向你提一个问题，并用上你的回答 |
| \`计划\` | 给出计划，等你批准 |
| \`搜索 你好\` | 在文件里找一个词 |
| \`记住 我喜欢喝茶\` | 记下来，以后再用 |
| \`后台\` | 启动一条与对话同时运行的命令 |
| \`长文\` | 一篇长回答，包含各种文字样式 |
| \`慢\` | 三十秒的零碎输出，可以试试**停止** |
| \`fail 529\`、\`cut\` | 出错或中断时是什么样子 |`,
  wrote: (file) => `我写好了 \`${file}\`。发送 \`读取 ${file}\` 就能再看到它。`,
  read: (file, text) => `\`${file}\` 的内容是：\n\n${fenced(text)}`,
  ran: (command, output) => `\`${command}\` 的输出是：\n\n${fenced(output)}`,
  ranBadly: (command, output) => `\`${command}\` 没有成功。它说：\n\n${fenced(output)}`,
  look: "看看文件夹里有什么",
  reading: "读取文件",
  searching: "搜索文件",
  indexing: "在笔记索引里加一行",
  choice: {
    ask: {
      question: "下面两样，要我把哪一样写进 choice.md？",
      header: "选择",
      options: [
        { label: "一句问候", description: "一行友好的话" },
        { label: "一份短清单", description: "在 loop 里可以试的三件事" },
      ],
    },
    texts: {
      一句问候: "来自这个 loop 的问候。你在这里，真好。",
      一份短清单: "- 运行一条命令\n- 要一份计划\n- 连发两条消息，看看队列",
    },
  },
  chose: (label) => `你选择了**${label}**，所以 \`choice.md\` 里现在就是它。`,
  planThought: "对方想要一份计划。三步就够了：写一个文件，看一看，再说说里面有什么。",
  planFile: "计划之后.md",
  plan: `1. 写下只有一行的 \`计划之后.md\`。
2. 用 \`cat\` 把它读出来。
3. 说说里面有什么。
`,
  planNote: "这一行是计划得到批准之后写下的。\n",
  planned: (text) => `计划已经完成。文件里写着：\n\n${fenced(text)}`,
  notPlanned: "计划没有得到批准，所以我什么都没有改动。发送 `计划` 可以再看一次。",
  searched: (word, found) =>
    found === "" ? `哪里都没有找到 \`${word}\`。` : `这些行里有 \`${word}\`：\n\n${fenced(found)}`,
  remembered: (text) => `我把“${text}”记在了单独的文件里，并在笔记的索引里加了一行。`,
  started: "一条二十秒的命令正在后台运行。这一轮到此结束；它完成后我会回来。",
  startedWhat: "在后台慢慢数到四",
  ended: (summary) => `后台有消息：${summary || "一条命令已经结束。"}`,
  broken: "这句话不会有结尾，因为数据流在",
  slowly: "我数到三十，每秒一个数。",
  failed: (tool, why) => `${tool} 没有成功，所以我停在这里。它说：\n\n${fenced(why)}`,
  notOffered: (tool) => `这需要工具 ${tool}，而这里没有提供给我，所以我停下来。`,
  title: "与演示模型对话",
  summary:
    "对方试用了演示模型，也就是一段没有 AI 的脚本。它打了招呼，并按要求做了一些小事：文件、命令、提问。没有未完成的事。",
}
