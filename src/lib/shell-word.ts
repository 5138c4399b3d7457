/** A word as a shell's line shows it, whatever it holds: for lines that people copy or that run inside a sandbox. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
