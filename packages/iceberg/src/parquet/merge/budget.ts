/** Bytes of memory that are shared out. */
export interface Budget {
  readonly limit: number
  /** Resolves when so many bytes are free, or all that there are; in the order of asking. */
  take(bytes: number): Promise<void>
  /** Gives back what was taken. */
  give(bytes: number): void
}

/** A budget of which nothing is taken. */
export function createBudget(limit: number): Budget {
  let free = limit
  const waiting: {readonly bytes: number; readonly resolve: () => void}[] = []
  const serve = () => {
    for (let next = waiting[0]; next && next.bytes <= free; next = waiting[0]) {
      free -= next.bytes
      waiting.shift()
      next.resolve()
    }
  }
  return {
    limit,
    take: (bytes) =>
      new Promise((resolve) => {
        waiting.push({bytes: Math.min(bytes, limit), resolve})
        serve()
      }),
    give(bytes) {
      free += Math.min(bytes, limit)
      serve()
    },
  }
}
