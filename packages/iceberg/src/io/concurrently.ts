/**
 * What several sources give, as it comes, with at most `limit` of them running. The queue may grow meanwhile: a source adds those that
 * it finds. The last in the queue begins first, so that a walk goes down before it goes on. A source is asked for one value ahead; what fails
 * ends all of them, and so does the one who stops iterating.
 */
export async function* concurrently<Value>(queue: AsyncIterable<Value>[], limit: number): AsyncIterable<Value> {
  const running = new Map<AsyncIterator<Value>, Promise<Step<Value>>>()
  const ask = (source: AsyncIterator<Value>) => {
    const step = source.next().then((result) => ({source, result}))
    // A failure that nobody comes to is told by the first one.
    step.catch(() => {})
    running.set(source, step)
  }
  try {
    for (;;) {
      while (running.size < limit && queue.length > 0) ask((queue.pop() as AsyncIterable<Value>)[Symbol.asyncIterator]())
      if (running.size === 0) return
      const {source, result} = await Promise.race(running.values())
      if (result.done) running.delete(source)
      else {
        ask(source)
        yield result.value
      }
    }
  } finally {
    await Promise.allSettled([...running.keys()].map((source) => source.return?.()))
  }
}

interface Step<Value> {
  readonly source: AsyncIterator<Value>
  readonly result: IteratorResult<Value>
}
