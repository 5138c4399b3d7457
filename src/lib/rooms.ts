/** How many of something are under way for each key. */
export interface Rooms {
  /** False when as many are inside as may be. Every `true` is followed by one `leave`. */
  enter(key: string): boolean
  leave(key: string): void
}

/** `size`: how many of a key may be under way at once. */
export function createRooms(size: (key: string) => number): Rooms {
  const inside = new Map<string, number>()
  return {
    enter(key) {
      const count = inside.get(key) ?? 0
      if (count >= size(key)) return false
      inside.set(key, count + 1)
      return true
    },
    leave(key) {
      const count = (inside.get(key) ?? 0) - 1
      if (count > 0) inside.set(key, count)
      else inside.delete(key)
    },
  }
}
