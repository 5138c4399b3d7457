export interface Recent<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
}

/**
 * A map that forgets the least recently used entries: it holds at most `size` of them, or as many as weigh that much
 * together. What alone weighs more is not kept.
 */
export function createRecent<K, V>(size: number, weigh: (value: V) => number = () => 1): Recent<K, V> {
  const entries = new Map<K, V>()
  let weight = 0
  const remove = (key: K) => {
    const value = entries.get(key)
    if (value === undefined || !entries.delete(key)) return
    weight -= weigh(value)
  }
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      remove(key)
      if (weigh(value) > size) return
      entries.set(key, value)
      weight += weigh(value)
      for (const oldest of entries.keys()) {
        if (weight <= size) break
        remove(oldest)
      }
    },
    delete: remove,
  }
}
