const longest = 32

/** The part of a branch name that comes from a title: lower-case letters and digits with dashes between, at most 32 characters. */
export function slug(title: string): string {
  const text = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, longest)
    .replace(/-+$/, "")
  return text || "loop"
}
