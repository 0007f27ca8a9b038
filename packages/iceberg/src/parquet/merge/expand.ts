import type {PlainValues} from './dictionary.js'
import type {OpenPage} from './open-page.js'

/** Entries of a page with their values in the encoding PLAIN. */
export interface PlainEntries extends Pick<OpenPage, 'entries' | 'definition' | 'repetition' | 'present'> {
  readonly values: Uint8Array
}

/**
 * Puts the values in the place of their indexes, as a writer does once its dictionary is full; in parts of not much more than so
 * many bytes, of which each begins with a row.
 *
 * @param indexes of the values that are there
 */
export function* expanded(
  page: OpenPage,
  indexes: Uint32Array,
  {bytes, starts}: PlainValues,
  max: number,
  mostBytes: number,
): Iterable<PlainEntries> {
  const lengthOf = (index: number) => (starts[index + 1] as number) - (starts[index] as number)
  let [from, first, next, size] = [0, 0, 0, 0]
  for (let entry = 0; entry <= page.entries; entry++) {
    const isEnd = entry === page.entries
    if (isEnd || (size >= mostBytes && (page.repetition?.[entry] ?? 0) === 0)) {
      const values = new Uint8Array(size)
      let at = 0
      for (let value = first; value < next; value++) {
        const index = indexes[value] as number
        values.set(bytes.subarray(starts[index], starts[index + 1]), at)
        at += lengthOf(index)
      }
      yield {
        entries: entry - from,
        definition: page.definition?.subarray(from, entry),
        repetition: page.repetition?.subarray(from, entry),
        present: next - first,
        values,
      }
      from = entry
      first = next
      size = 0
    }
    if (!isEnd && (!page.definition || page.definition[entry] === max)) size += lengthOf(indexes[next++] as number)
  }
}
