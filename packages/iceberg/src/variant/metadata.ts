/** The dictionary of a variant: the names of all fields of its objects (Parquet, "Variant Binary Encoding", metadata). */
export interface VariantMetadata {
  /** Bytes that it takes; the value follows where both stand together. */
  readonly length: number
  readonly names: readonly string[]
}

const decoder = new TextDecoder()

/**
 * Reads the metadata at the beginning of some bytes.
 *
 * @throws RangeError when these are none
 */
export function parseVariantMetadata(bytes: Uint8Array): VariantMetadata {
  const header = bytes[0]
  if (header === undefined || (header & 0x0f) !== 1) throw new RangeError('a variant has metadata of an unknown version')
  const width = (header >> 6) + 1
  const count = unsigned(bytes, 1, width)
  const start = 1 + width * (count + 2)
  if (start > bytes.length) throw new RangeError('the metadata of a variant is cut short')
  const offsetAt = (index: number) => unsigned(bytes, 1 + width * (index + 1), width)
  const length = start + offsetAt(count)
  if (length > bytes.length) throw new RangeError('the metadata of a variant is cut short')
  const names = Array.from({length: count}, (_, index) => {
    const [from, to] = [offsetAt(index), offsetAt(index + 1)]
    if (from > to || start + to > length) throw new RangeError('the metadata of a variant contradicts itself')
    return decoder.decode(bytes.subarray(start + from, start + to))
  })
  return {length, names}
}

/** A little-endian number of one to four bytes. */
export function unsigned(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw new RangeError('a variant is cut short')
  let value = 0
  for (let index = 0; index < width; index++) value += (bytes[at + index] as number) * 2 ** (8 * index)
  return value
}
