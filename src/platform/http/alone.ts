/** Of what a loop's people or programs made: it is never a page of ours, whatever its bytes may also be. */
export const alone = { "x-content-type-options": "nosniff", "content-security-policy": "sandbox; default-src 'none'" }
