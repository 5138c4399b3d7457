/**
 * What may be pasted into a terminal: lines and tabs. Everything that a program could take for a key, such as the end of a
 * bracketed paste, is left out.
 */
export const pasteable = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "")
