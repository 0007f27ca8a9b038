/**
 * Does something with each item, some at a time. After an error or an interruption nothing more is begun, and it is thrown once
 * everything that was begun has ended: whoever cleans up then meets no latecomer.
 */
export async function someAtATime<Item>(
  items: readonly Item[],
  concurrency: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const {default: pMap} = await import('p-map')
  let failure: {readonly error: unknown} | undefined
  await pMap(
    items,
    async (item) => {
      if (failure) return
      try {
        signal.throwIfAborted()
        await work(item)
      } catch (error) {
        failure ??= {error}
      }
    },
    {concurrency},
  )
  if (failure) throw failure.error
}
