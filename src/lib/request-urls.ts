import { fill, query } from "./address.ts"

/** Addresses of the page on which members ask for repositories of code. */
export const requestPaths = {
  requests: "/settings/repository-requests",
  accept: "/settings/repository-requests/:wish/accept",
  decline: "/settings/repository-requests/:wish/decline",
  withdraw: "/settings/repository-requests/:wish/withdraw",
} as const

export const requestUrls = {
  /** `said`: what just happened. */
  requests: (about: { said?: "asked" | "withdrawn" | "accepted" | "declined" } = {}) =>
    query(requestPaths.requests, about),
  accept: (wish: string) => fill(requestPaths.accept, { wish }),
  decline: (wish: string) => fill(requestPaths.decline, { wish }),
  withdraw: (wish: string) => fill(requestPaths.withdraw, { wish }),
} as const
