import { z } from "zod"
import { KeyKind, Price, tiers } from "./provider.ts"

const Preset = z.object({
  id: z.string(),
  label: z.string(),
  baseUrl: z.string(),
  auth: KeyKind,
  /** What producers of thinking signatures call themselves. */
  family: z.string(),
  /** Page on which a person gets a key. */
  keyPage: z.string().optional(),
  models: z.array(
    z.object({
      id: z.string(),
      tier: z.enum(tiers).optional(),
      window: z.number().int().positive().optional(),
      price: Price.optional(),
    }),
  ),
})
export type Preset = z.infer<typeof Preset>

/** Text of `templates/presets.json`; the program's own file, so a fault in it is a bug. */
export const parsePresets = (text: string): Preset[] =>
  z.object({ providers: z.array(Preset) }).parse(JSON.parse(text)).providers

/** The preset whose address a provider has: where prices and windows come from that nobody typed. */
export const presetFor = (presets: readonly Preset[], baseUrl: string): Preset | undefined =>
  presets.find((preset) => preset.baseUrl !== "" && sameAddress(preset.baseUrl, baseUrl))

const sameAddress = (a: string, b: string) => bare(a) === bare(b)
const bare = (address: string) => address.replace(/\/+$/, "").replace(/\/v1$/, "").toLowerCase()
