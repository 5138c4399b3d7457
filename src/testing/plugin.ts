import { join } from "node:path"
import { builtinPlugin, createBundle } from "../app/bundle.ts"

/** The plugin as the program brings it along. */
export const testPlugin = (): Promise<Record<string, string>> =>
  builtinPlugin(createBundle(join(import.meta.dirname, "../..")))
