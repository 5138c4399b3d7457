import type { Command } from "../platform/process/command.ts"

/**
 * Gets one package by its exact version into the folder's `node_modules`, without running anything of it: this executable
 * acting as bun, so that the person's own npm configuration says where packages come from.
 */
export const installPackage = (executable: string, folder: string, exactly: string): Command => ({
  argv: [executable, "add", "--exact", "--ignore-scripts", "--no-progress", exactly],
  cwd: folder,
  env: { BUN_BE_BUN: "1" },
  timeoutMs: 10 * 60_000,
})
