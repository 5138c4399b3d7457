import { z } from "zod"
import { parseVaultName } from "../lib/ids.ts"

/** `.loopat/config.json` of a person, format description A3. Everything is optional and unknown keys stay. */
export const PersonalConfig = z.looseObject({
  providers: z.record(z.string(), z.unknown()).optional(),
  default_profiles: z.array(z.string()).optional(),
  default_vault: z
    .string()
    .refine((name) => parseVaultName(name) !== undefined, "not a vault name")
    .optional(),
  shell: z.string().optional(),
})
export type PersonalConfig = z.infer<typeof PersonalConfig>
