/** Why a new password is refused. */
export type PasswordFlaw = "password-short" | "password-long" | "password-common" | "password-about-you"

export interface PasswordContext {
  /** The most common passwords, in lower case. */
  common: CommonPasswords
  /** What anybody would try first: the person's name, the workspace's, the host's. */
  words: readonly string[]
}

const shortestPassword = 8
const longestPassword = 256

/**
 * Looks at a password exactly as it was typed; length counts characters, of any script. Nothing is required of its
 * composition: only what is in every attacker's list is refused.
 */
export function passwordFlaw(password: string, { common, words }: PasswordContext): PasswordFlaw | undefined {
  const length = [...password].length
  if (length < shortestPassword) return "password-short"
  if (length > longestPassword) return "password-long"
  const lower = password.toLowerCase()
  if (common.has(lower)) return "password-common"
  const bare = lower.replace(/[\p{N}\p{P}\p{S}\s]+$/u, "")
  const near = words.flatMap((word) => [word, word.replaceAll(/\s+/g, "")]).map((word) => word.toLowerCase().trim())
  if (near.some((word) => word !== "" && (lower === word || bare === word))) return "password-about-you"
  return undefined
}

export interface CommonPasswords {
  /** Whether it is in the list; `lower` is in lower case. */
  has(lower: string): boolean
}

/** One password per line; a line that starts with `# ` is a comment. Searched as it is: that is done seldom, and this is read at every start. */
export const parseCommonPasswords = (text: string): CommonPasswords => ({
  has: (lower) => !/^# |\n/.test(lower) && `\n${text.toLowerCase()}\n`.includes(`\n${lower}\n`),
})
