/** Work that never runs beside itself: what is asked for meanwhile is done once, afterwards. All who asked wait for that. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let again = false
  let running: Promise<void> | undefined
  const run = async () => {
    try {
      while (again) {
        again = false
        await work()
      }
    } finally {
      running = undefined
    }
  }
  return () => {
    again = true
    return (running ??= run())
  }
}
