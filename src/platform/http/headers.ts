/** What the headers of every response depend on. */
export interface HeaderChoices {
  /** The public address is https: browsers are told never to come back without it. */
  https: boolean
}

/** Sent with every response, unless the response names the header itself. */
export function securityHeaders({ https }: HeaderChoices): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": deniedFeatures.map((feature) => `${feature}=()`).join(", "),
    "cache-control": "no-store",
    ...(https && { "strict-transport-security": "max-age=31536000" }),
  }
}

/**
 * Scripts are our own files on every page. `inlineStyle` is for the two pages whose libraries write styles of their own:
 * the editor and the terminal. `preview` is an origin to show in a frame and to post to, on the pages that lead there.
 * `diagrams` lets a page have the frame that draws them; no other page of ours may be in one.
 */
export function contentSecurityPolicy({ inlineStyle, diagrams, preview }: PolicyChoices = {}): string {
  const frames = [...(diagrams ? ["'self'"] : []), ...(preview === undefined ? [] : [preview])]
  return [
    "default-src 'none'",
    "script-src 'self'",
    inlineStyle ? "style-src 'self' 'unsafe-inline'" : "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    ...(frames.length === 0 ? [] : [`frame-src ${frames.join(" ")}`]),
    preview === undefined ? "form-action 'self'" : `form-action 'self' ${preview}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ")
}

interface PolicyChoices {
  inlineStyle?: boolean | undefined
  diagrams?: boolean | undefined
  preview?: string | undefined
}

/**
 * Of the page that draws diagrams: no origin, and of everything else nothing but one script and the styles it writes. The
 * name of a style's or a picture's server in a diagram is never asked for.
 */
export const diagramsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "sandbox allow-scripts",
].join("; ")

const deniedFeatures = [
  "accelerometer",
  "browsing-topics",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "usb",
]
