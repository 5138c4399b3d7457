/** Where the gateway answers inside a sandbox, for tools that need TCP. */
export const gatewayPort = 4180

/**
 * Where the server's git host answers inside; whose repository `personal` is, the channel says. Code repositories are
 * called `code/<name>`.
 */
export const gitAddress = (name: string): string => `http://127.0.0.1:${gatewayPort}/git/${name}.git`
