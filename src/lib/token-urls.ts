import { fill, query } from "./address.ts"

/** Addresses of the page about one's own tokens. */
export const tokenPaths = {
  tokens: "/settings/tokens",
  tokenRevoke: "/settings/tokens/:token/revoke",
} as const

export const tokenUrls = {
  tokens: (about: { said?: "revoked" } = {}) => query(tokenPaths.tokens, about),
  revoke: (token: string) => fill(tokenPaths.tokenRevoke, { token }),
} as const
