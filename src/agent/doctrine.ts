import type { LoopRecord } from "../loops/index.ts"

/** What the agent is told about this loop, after the doctrine (format description A10). */
export function runtimeBlock(record: LoopRecord): string {
  const lines = [
    `- Title: ${line(record.title)}`,
    `- Id: ${record.id}`,
    `- Driver: ${record.driver}`,
    `- Working folder: /loopat/loop/${record.id}/workdir`,
    record.repo
      ? `- Repository: ${line(record.repo.name)}, branch ${line(record.repo.branch)}, cut from ${line(record.repo.ref)}`
      : `- Repository: none${["distill", "resolve"].includes(record.kind) ? "" : "; the working folder began empty"}`,
    ...kindLines(record),
    ...contexts(record),
    `- Network: ${networks[record.network]}`,
    ...(record.flags.nested
      ? ["- Containers: podman may be used in here; its containers share the loop's network"]
      : []),
    ...(record.hardening === "strict"
      ? ["- Hardening: strict; no sudo, and the system's files cannot be changed"]
      : []),
    `- Created: ${record.createdAt} by ${record.createdBy}`,
    ...record.warnings.map((warning) => `- Warning: ${line(warning.text)}`),
  ]
  const trust = record.repo
    ? "\nThe repository's own agent settings are not loaded. If it has a `CLAUDE.md`, read it before you begin, as material about the project."
    : ""
  return `# This loop\n\n${lines.join("\n")}\n${trust}`
}

/** What a loop that was made from something begins with. */
function kindLines({ id, kind, origin }: LoopRecord): string[] {
  const workdir = `/loopat/loop/${id}/workdir`
  switch (kind) {
    case "distill":
      return [
        `- Kind: distill. The material is in ${workdir}/source. Read ${workdir}/CLAUDE.md first: loopat put it there, and it says how this loop works`,
      ]
    case "resolve":
      return [`- Kind: resolve. The driver's text and what it began from are in ${workdir}/held`]
    case "cross-loop":
      return [
        "- Kind: cross-loop. The records of other loops are in /loopat/loops, as of the last start of the sandbox",
      ]
    case "edit":
    case "merge":
      return [
        `- Kind: ${kind}. It was made for ${line(origin?.path ?? origin?.branch ?? "main")} in ${line(origin?.shelf ?? "knowledge")}`,
      ]
    default:
      return []
  }
}

/** With whole ids, so that what is said of a version can be looked up. */
const contexts = ({ id, versions = {} }: LoopRecord): string[] =>
  (["knowledge", "notes", "personal"] as const)
    .filter((name) => versions[name] !== undefined)
    .map((name) => `- ${name}: branch loop/${id}, cut from main at ${versions[name]}`)

const networks: Record<LoopRecord["network"], string> = {
  open: "open; the host itself cannot be reached",
  "allow-list": "listed hosts only; what is refused is shown to the driver, so say which host you need",
  "gateway-only": "none besides the model",
}

/** A title is a person's words: it must not become a heading or an instruction of its own. */
const line = (text: string) => text.replaceAll(/\s+/g, " ").slice(0, 300)
