export * from "./contract.ts"
export * from "./link/contract.ts"
export type { SandboxHost, SandboxNeeds, SandboxSettings } from "./needs.ts"
export { createSandboxes } from "./sandboxes.ts"
