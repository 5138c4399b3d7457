import type { Words } from "./words.ts"

const fenced = (text: string) => `\`\`\`text\n${text.replaceAll("```", "'''") || "(nothing)"}\n\`\`\``

export const english: Words = {
  greeting: `Hello! I am the **demo model**: a script that comes with loopat, not an AI. I need no key and no network, so that you can see how a loop works before you connect a real model.

To add a real one, open **Settings → Providers**, choose a provider and enter its key. This loop then goes on with it.

Here is one real thing, done by the real agent in this loop's own sandbox: I write a file and look at the folder.`,
  again: `That is nothing my script knows. I am still the **demo model**; a real one is added under **Settings → Providers**.

So I do my one real thing again: I write a file and look at the folder.`,
  hello: `# Hello

This file was written by the agent of this loop, inside the loop's own sandbox.
The words came from the demo model, a script. Add a real model under Settings → Providers.
`,
  saw(folder, names) {
    const where = folder ? `\`${folder}\`` : "The folder"
    if (names.length === 0) return `I looked, and ${where} showed me nothing that I can read.`
    const shown = names.slice(0, 12).map((name) => `\`${name}\``)
    const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : ""
    const count = names.length === 1 ? "one entry" : `${names.length} entries`
    return `${where} holds ${count}: ${shown.join(", ")}${more}. The file \`hello.md\` is really there.`
  },
  menu: `My script knows a few more words. Send one of them:

| You write | What happens |
|---|---|
| \`write notes.md: some text\` | writes a file |
| \`read notes.md\` | reads it back |
| \`run date\` | runs a command in the sandbox |
| \`ask me\` | asks you a question and uses the answer |
| \`plan\` | shows a plan and waits for your approval |
| \`search hello\` | looks for a word in the files |
| \`remember I like tea\` | keeps a note for later |
| \`background\` | starts a command that runs beside the conversation |
| \`long\` | a long answer with every kind of text |
| \`slow\` | thirty seconds of small pieces, to try **Stop** |
| \`fail 529\`, \`cut\` | what an error or a broken stream looks like |`,
  wrote: (file) => `I wrote \`${file}\`. Send \`read ${file}\` to see it again.`,
  read: (file, text) => `This is what \`${file}\` says:\n\n${fenced(text)}`,
  ran: (command, output) => `\`${command}\` answered:\n\n${fenced(output)}`,
  ranBadly: (command, output) => `\`${command}\` did not succeed. It says:\n\n${fenced(output)}`,
  look: "Look at the folder",
  reading: "Read the file",
  searching: "Search the files",
  indexing: "Add a line to the index of notes",
  choice: {
    ask: {
      question: "Which of these two shall I write into choice.md?",
      header: "Choice",
      options: [
        { label: "A greeting", description: "One friendly line" },
        { label: "A short list", description: "Three things to try in a loop" },
      ],
    },
    texts: {
      "A greeting": "Hello from this loop. It is good that you are here.",
      "A short list": "- Run a command\n- Ask for a plan\n- Send two messages at once and watch the queue",
    },
  },
  chose: (label) => `You chose **${label}**, so that is what \`choice.md\` holds now.`,
  planThought: "A plan is wanted. Three steps are enough: write a file, look at it, and say what is there.",
  planFile: "notes-from-the-plan.md",
  plan: `1. Write \`notes-from-the-plan.md\` with one line.
2. Read it back with \`cat\`.
3. Say what it holds.
`,
  planNote: "This line was written after the plan was approved.\n",
  planned: (text) => `The plan is carried out. The file says:\n\n${fenced(text)}`,
  notPlanned: "The plan was not approved, so I changed nothing. Send `plan` to see it again.",
  searched: (word, found) =>
    found === "" ? `I found \`${word}\` nowhere.` : `These lines hold \`${word}\`:\n\n${fenced(found)}`,
  remembered: (text) => `I noted “${text}” in a file of its own and added a line to the index of my notes.`,
  started: "A command of twenty seconds runs in the background. This turn ends now; I come back when it is done.",
  startedWhat: "Count to four, slowly, in the background",
  ended: (summary) => `The background has news: ${summary || "a command has ended."}`,
  broken: "This sentence will not come to its end, because the stre",
  slowly: "I count to thirty, one second each. ",
  failed: (tool, why) => `${tool} did not go through, so I stop here. It says:\n\n${fenced(why)}`,
  notOffered: (tool) => `This needs the tool ${tool}, which I am not offered here, so I stop.`,
  title: "A talk with the demo",
  summary:
    "The person tried the demo model, a script without an AI. It greeted, and did small things on request: files, commands, a question. Nothing is left to do.",
}
