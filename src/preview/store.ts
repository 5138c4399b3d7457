import { join } from "node:path"
import { z } from "zod"
import type { Disk } from "../platform/disk/disk.ts"
import type { JsonFile } from "../platform/disk/json-file.ts"
import { Share } from "./share.ts"

/** A name that was given back: it rests, and whoever takes it later inherits it. */
const Freed = z.looseObject({ alias: z.string(), loop: z.string(), at: z.iso.datetime() })
export type Freed = z.infer<typeof Freed>

export const SharesFile = z.looseObject({
  version: z.literal(1),
  /** 32 bytes in hex: what passes and secret links are made with. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  shares: z.array(Share),
  freed: z.array(Freed),
})
export type SharesFile = z.infer<typeof SharesFile>

const parse = (value: unknown): SharesFile => SharesFile.parse(value)

export const sharesFile = (disk: Disk, home: string): JsonFile<SharesFile> =>
  disk.jsonFile(join(home, "shares.json"), parse)
