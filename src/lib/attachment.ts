/** RFC 6266: a plain name for everybody, and the whole one in UTF-8. */
export function attachment(name: string): string {
  const whole = name.toWellFormed()
  const plain = whole.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_")
  const encoded = encodeURIComponent(whole).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
