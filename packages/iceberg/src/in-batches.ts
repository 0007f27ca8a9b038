/** Divides items, in their order, into batches of at most so many bytes; an item that has more is a batch of its own. */
export function inBatches<Item>(items: readonly Item[], bytesOf: (item: Item) => number, most: number): readonly (readonly Item[])[] {
  const batches: Item[][] = []
  let room = 0
  for (const item of items) {
    const bytes = bytesOf(item)
    const last = batches.at(-1)
    if (last && bytes <= room) {
      last.push(item)
      room -= bytes
    } else {
      batches.push([item])
      room = most - bytes
    }
  }
  return batches
}
