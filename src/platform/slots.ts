/** A few at a time per key; the others wait in line. */
export interface Slots {
  /** Resolves with the function that gives the place back, or undefined when the signal ended the wait. */
  take(key: string, signal: AbortSignal): Promise<(() => void) | undefined>
}

export function createSlots(size: number): Slots {
  const lines = new Map<string, { used: number; waiting: Set<() => void> }>()

  function release(key: string): void {
    const line = lines.get(key)
    if (!line) return
    const [next] = line.waiting
    // The place goes to the next in line without being free in between: nobody can step in front.
    if (next) return next()
    line.used--
    if (line.used === 0) lines.delete(key)
  }

  return {
    async take(key, signal) {
      if (signal.aborted) return undefined
      const line = lines.get(key) ?? { used: 0, waiting: new Set() }
      lines.set(key, line)
      if (line.used < size) line.used++
      else {
        const granted = await new Promise<boolean>((resolve) => {
          const grant = () => {
            line.waiting.delete(grant)
            signal.removeEventListener("abort", leave)
            resolve(true)
          }
          const leave = () => {
            line.waiting.delete(grant)
            resolve(false)
          }
          line.waiting.add(grant)
          signal.addEventListener("abort", leave, { once: true })
        })
        if (!granted) return undefined
      }
      let given = false
      return () => {
        if (!given) release(key)
        given = true
      }
    },
  }
}
