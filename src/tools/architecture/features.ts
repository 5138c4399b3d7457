/**
 * The order of the features: a feature may use the doors of those named behind it and of no other.
 * `any` means every feature above it in this table. The picture in the README is printed from here.
 */
export const features: Readonly<Record<string, readonly string[] | "any">> = {
  accounts: [],
  settings: ["accounts"],
  repos: ["accounts", "settings"],
  vault: ["accounts", "settings", "repos"],
  context: ["settings", "repos", "vault"],
  composition: ["settings", "repos", "context", "vault"],
  "team-chat": ["accounts"],
  sandbox: ["settings", "vault", "context", "composition"],
  loops: ["accounts", "settings", "repos", "vault", "context", "composition", "sandbox", "team-chat"],
  gateway: ["settings", "vault", "loops"],
  agent: ["loops", "sandbox", "gateway", "vault", "settings", "context", "composition"],
  files: ["loops", "sandbox"],
  changes: ["loops", "sandbox"],
  terminal: ["loops", "sandbox"],
  preview: ["loops", "sandbox"],
  focus: ["context", "loops", "accounts"],
  mcp: ["settings", "vault", "loops", "composition"],
  onboarding: ["accounts", "settings", "vault", "repos", "loops"],
  api: "any",
}

export const mayUse = (feature: string, other: string): boolean => {
  const allowed = features[feature] ?? []
  return allowed === "any" ? other in features : allowed.includes(other)
}

/** Layers from the top down, with the layers each may import. */
export const layers = {
  main: ["cli", "app", "feature", "platform", "lib"],
  cli: ["cli", "app", "feature", "platform", "views", "lib"],
  app: ["app", "feature", "platform", "views", "lib"],
  feature: ["feature", "platform", "views", "lib"],
  platform: ["platform", "lib"],
  views: ["views", "lib"],
  lib: ["lib"],
  client: ["client", "lib"],
} as const

export type Layer = keyof typeof layers

/** The product layer a file belongs to; undefined for tests, tools and everything that is not shipped. */
export function layerOf(path: string): Layer | undefined {
  if (isTest(path) || path.includes("/testing/")) return undefined
  if (path.startsWith("views/")) return "views"
  if (path.startsWith("public/")) return "client"
  if (path === "src/main.ts") return "main"
  const [, folder = ""] = path.split("/")
  if (folder === "lib" || folder === "platform" || folder === "app" || folder === "cli") return folder
  return folder in features ? "feature" : undefined
}

export const featureOf = (path: string): string => path.split("/")[1] ?? ""

export const isTest = (path: string): boolean => /\.(test|e2e)\.tsx?$/.test(path)
export const isProduct = (path: string): boolean => layerOf(path) !== undefined
/** Code of the program itself, without what runs in the browser. */
export const isServer = (path: string): boolean => isProduct(path) && layerOf(path) !== "client"
