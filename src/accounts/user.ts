import { z } from "zod"
import { parseUserName, type UserName } from "../lib/ids.ts"
import { locales } from "../lib/i18n/locale.ts"
import { parseStored, StoredName } from "./stored.ts"

/** A hash of the format published before argon2id; `salt` is used as the text it is written as. */
const ScryptPassword = z.looseObject({
  algo: z.literal("scrypt"),
  salt: z.string().max(256),
  hash: z.string().regex(/^[0-9a-f]{2,512}$/),
  N: z
    .number()
    .int()
    .max(1 << 20),
  r: z.number().int().max(64),
  p: z.number().int().max(16),
  len: z.number().int().max(256),
})

const UserSchema = z.looseObject({
  id: StoredName,
  role: z.enum(["admin", "member"]),
  status: z.enum(["pending", "active", "disabled", "deleted"]),
  displayName: z.string().optional(),
  email: z.string().optional(),
  /** A PHC string; absent on the tombstone of a deleted user. */
  password: z.union([z.string().startsWith("$argon2id$"), ScryptPassword]).optional(),
  createdAt: z.string(),
  activatedAt: z.string().optional(),
  personalRemote: z.string().optional(),
  locale: z.enum(locales).optional(),
})

export type User = z.infer<typeof UserSchema>
export type PasswordRecord = NonNullable<User["password"]>
export type ScryptRecord = z.infer<typeof ScryptPassword>
export type Role = User["role"]

const UsersSchema = z.looseObject({ version: z.literal(1), users: z.array(UserSchema) })
export type UsersFile = z.infer<typeof UsersSchema>

/** Format: `accounts/users.json`. Unknown keys are kept; what does not fit throws. */
export const parseUsers = (value: unknown): UsersFile => parseStored(UsersSchema, value)

export type NameFlaw = "name-invalid" | "name-reserved" | "name-taken"

/** A name as somebody typed it: trimmed and in lower case before it is checked. */
export const parseTypedName = (typed: string): UserName | undefined => parseUserName(typed.trim().toLowerCase())

const reserved = ["loopat", "system", "api", "me", "all", "here", "channel", "everyone"]

/** A name that was once used, also by somebody deleted, is never given out again. */
export function newName(typed: string, users: readonly User[]): UserName | NameFlaw {
  const name = parseTypedName(typed)
  if (!name) return "name-invalid"
  if (reserved.includes(name)) return "name-reserved"
  return users.some(({ id }) => id === name) ? "name-taken" : name
}

export const isNameFlaw = (name: UserName | NameFlaw): name is NameFlaw => /^name-(invalid|reserved|taken)$/.test(name)

export const isActiveAdmin = ({ role, status }: User): boolean => role === "admin" && status === "active"

/** What commits made for this person carry. */
export const identityOf = ({ id, displayName, email }: User): { name: string; email: string } => ({
  name: displayName ?? id,
  email: email ?? `${id}@loopat.local`,
})
