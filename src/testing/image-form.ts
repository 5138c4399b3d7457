/** As long as it is said, and a PNG by its first bytes alone. */
export const png = (size = 100) => Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(size)])

/** A message with its images, as a browser without script sends it. */
export function formWithImages(
  fields: Record<string, string>,
  images: [name: string, content: Uint8Array<ArrayBuffer>][],
): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [name, content] of images) form.append("image", new File([content], name))
  // Without a choice a browser sends one file without a name.
  if (images.length === 0) form.append("image", new File([], ""))
  return form
}
