import { z } from "zod"
import type { LoopId } from "../lib/ids.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Loops } from "../loops/index.ts"
import { mostComments, ReviewComment } from "./comments.ts"

const Review = z.object({ version: z.literal(1), comments: z.array(ReviewComment) })
type Review = z.infer<typeof Review>

/** Review comments of a loop that wait to be sent, in the loop's own folder on the server. */
export interface ReviewStore {
  all(loop: LoopId): Promise<ReviewComment[]>
  /** False when too many wait already. */
  add(loop: LoopId, comment: ReviewComment): Promise<boolean>
  remove(loop: LoopId, ids: readonly string[]): Promise<void>
}

export function createReviewStore(disk: Disk, loops: Pick<Loops, "serverFile">): ReviewStore {
  const fileOf = (loop: LoopId) =>
    disk.jsonFile(loops.serverFile(loop, "review.json"), (value): Review => Review.parse(value))
  const none: Review = { version: 1, comments: [] }
  return {
    all: async (loop) => (await fileOf(loop).read())?.comments ?? [],
    async add(loop, comment) {
      let added = false
      await fileOf(loop).update((review = none) => {
        added = review.comments.length < mostComments
        return added ? { ...review, comments: [...review.comments, comment] } : review
      })
      return added
    },
    async remove(loop, ids) {
      if ((await fileOf(loop).read()) === undefined) return
      await fileOf(loop).update((review = none) => ({
        ...review,
        comments: review.comments.filter(({ id }) => !ids.includes(id)),
      }))
    },
  }
}
