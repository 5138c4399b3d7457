import { commandIn } from "../lib/command-in.ts"
import { imageName, imagesOfForm, mostImages } from "../lib/message-images.ts"
import type { DrivenLoop } from "../loops/index.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import { formProblem } from "../platform/http/form.ts"
import { type FormFile, readFormWithFiles } from "../platform/http/form-files.ts"
import type { Attachment, Attachments } from "./attachments.ts"
import { refuseMessage, runCommand, showSent } from "./replies.tsx"
import { type Doing, largestForm, MessageForm } from "./route-needs.ts"

interface Taking {
  request: Request
  loop: DrivenLoop
  attachments: Attachments
}

/** A message of the driver, with images that were sent before it or come with it; or a command. */
export async function takeMessage(doing: Doing, { request, loop, attachments }: Taking): Promise<Response> {
  const { form, files } = await readFormWithFiles(request, MessageForm, { maxBytes: largestForm, ...imagesOfForm })
  if (form.kind !== "valid") return doing.showProblem(formProblem(form), request)
  const { text, clientId, agentSees, attachment } = form.value
  const typed = { request, loop, text, clientId }
  const command = commandIn(text)
  if (command !== undefined && files.length > 0) return refuseMessage(doing, typed, { kind: "image-of-command" })
  if (command !== undefined) return runCommand(doing, { ...typed, agentSees }, command)
  const images = await imagesOf({ loop, attachments }, attachment, files)
  if (!Array.isArray(images)) return refuseMessage(doing, typed, images)
  const sent = await doing.work.send(loop, { text, clientId, via: "web", attachments: images })
  if (sent.kind !== "accepted") return refuseMessage(doing, typed, sent)
  return showSent(doing, request, loop)
}

export type RefusedImage = {
  kind: "no-such-image" | "too-many-images" | "image-too-large" | "not-an-image" | "images-full" | "no-space"
}

/** Those that a form names, then those that it brings. */
async function imagesOf(
  { loop, attachments }: Omit<Taking, "request">,
  fields: readonly string[],
  files: readonly FormFile[],
): Promise<Attachment[] | RefusedImage> {
  const named = await attachments.named(loop.record.id, fields)
  if (!named) return { kind: "no-such-image" }
  if (named.length + files.length > mostImages) return { kind: "too-many-images" }
  const images = [...named]
  try {
    for (const { name, content } of files) {
      if (!content) return { kind: "image-too-large" }
      const { kind, ...kept } = await attachments.keep(loop.record.id, content)
      if (kind === "full") return { kind: "images-full" }
      if (!("sha256" in kept)) return { kind: "not-an-image" }
      images.push({ name: imageName(name), ...kept })
    }
  } catch (error) {
    if (isDiskFailure(error)) return { kind: "no-space" }
    throw error
  }
  return images
}
