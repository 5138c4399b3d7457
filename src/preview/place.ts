/** Where previews are reached: at names below one domain, each an origin of its own. */
export interface PreviewPlace {
  domain: string
  /** As browsers say it; absent where it is the scheme's own. */
  port?: number | undefined
  secure: boolean
}

/** `https://<label>.<domain>[:port]`. */
export function originOf({ domain, port, secure }: PreviewPlace, label: string): string {
  return `${secure ? "https" : "http"}://${label}.${domain}${port === undefined ? "" : `:${port}`}`
}

/** The label in a Host header. Which port it says is the matter of whatever stands in front. */
export function labelIn({ domain }: Pick<PreviewPlace, "domain">, host: string | undefined): string | undefined {
  const [, label, rest] =
    /^([a-z0-9-]{1,63})\.([a-z0-9.-]{1,253}?)\.?(?::\d{1,5})?$/.exec(host?.toLowerCase() ?? "") ?? []
  return rest === domain ? label : undefined
}
