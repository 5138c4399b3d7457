/** Where previews are reached: at names below one domain, each an origin of its own. */
export interface PreviewPlace {
  domain: string
  /** As browsers say it; absent where it is the scheme's own. */
  port?: number | undefined
  secure: boolean
}

export interface PlaceOptions {
  /** Undefined: previews are off. */
  domain?: string
  /** What browsers say after the domain, where that is not the listener's own port. */
  publicPort?: number | "none"
  /** Browsers come by https. */
  secure: boolean
}

/** Where browsers find what is listened for at a port; undefined while previews are off. */
export function placeOf({ domain, publicPort, secure }: PlaceOptions, listening: number): PreviewPlace | undefined {
  if (domain === undefined) return undefined
  const own = listening === (secure ? 443 : 80) ? undefined : listening
  return { domain, secure, port: publicPort === "none" ? undefined : (publicPort ?? own) }
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
