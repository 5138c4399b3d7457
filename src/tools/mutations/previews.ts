import type { Mutation } from "./table.ts"

const rules = "src/preview/rules.test.ts"
const sharesTest = "src/preview/shares.test.ts"

export const previewMutations: Mutation[] = [
  {
    ...{ guards: "BR7", path: "src/preview/headers.ts", test: rules },
    text: 'if (small === "cookie") return withoutOurs(name, value)',
    broken: "",
  },
  {
    ...{ guards: "BR7", path: "src/preview/headers.ts", test: rules },
    text: 'if (ours.test(pair.trim()) || !pair.includes("=")) return []',
    broken: "",
  },
  {
    ...{ guards: "BR7", path: "src/preview/headers.ts", test: rules },
    text: "return isForLoopat(value) ? [] : [[name, value]]",
    broken: "return [[name, value]]",
  },
  {
    ...{ guards: "BR3", path: "src/preview/front.ts", test: "src/preview/proxy.test.ts", name: "a socket passes" },
    text: 'if (isFromElsewhere(knock) || share.target.kind !== "port") return socket.refuse(403)',
    broken: 'if (share.target.kind !== "port") return socket.refuse(403)',
  },
  {
    ...{ guards: "FS1", path: "src/preview/static-path.ts", test: rules },
    text: 'if (!names.every(isShownName)) return { kind: "hidden" }',
    broken: "",
  },
  {
    ...{ guards: "FS1", path: "src/preview/static.ts", test: rules },
    text: "else if (names.pop() === undefined) return undefined",
    broken: "else names.pop()",
  },
  {
    ...{ guards: "AZ11", path: "src/preview/shares.ts", test: sharesTest },
    text: 'if (longest > 0) return { kind: "alias-rests", days: Math.ceil(longest / dayMs) }',
    broken: "",
  },
  {
    ...{ guards: "SB3", path: "src/preview/share.ts", test: sharesTest },
    text: "port <= 65_535 && port !== closed ?",
    broken: "port <= 65_535 ?",
  },
  {
    ...{ guards: "SB6", path: "src/platform/http1/body.ts", test: "src/platform/http1/http1.test.ts" },
    text: 'if (codings.length + lengths.length > 1) throw new BadHttp("more than one length or transfer coding")',
    broken: "",
  },
]
