/**
 * Where a request goes, host included only when it says one: CONNECT, `OPTIONS *` and HTTP/1.0 without Host have a target
 * that is no whole address (RFC 9112, section 3.2).
 */
export const targetOf = (request: Request): URL => URL.parse(request.url, nowhere) ?? new URL(nowhere)
const nowhere = "http://nowhere.invalid/"
