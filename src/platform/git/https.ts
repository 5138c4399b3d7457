import { Secret } from "../secret.ts"

/**
 * How git is told a token for https (git-config(1), `GIT_CONFIG_COUNT`): by a variable, because arguments can be seen by
 * everybody on this host. The file holds the token, or a name, a colon and the token. A host that leads elsewhere is not
 * followed, so that nobody else is ever sent the token.
 */
export function tokenEnvironment(text: string | undefined): Record<string, string | Secret> {
  const token = text?.trim() ?? ""
  if (token === "") return {}
  const pair = token.includes(":") ? token : `loopat:${token}`
  const header = `Authorization: Basic ${Buffer.from(pair).toString("base64")}`
  return {
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "http.extraHeader",
    GIT_CONFIG_VALUE_0: new Secret(header),
    GIT_CONFIG_KEY_1: "http.followRedirects",
    GIT_CONFIG_VALUE_1: "false",
  }
}
