/** Some values of the RLE and bit-packing hybrid (Parquet, "Run Length Encoding / Bit-Packing Hybrid"). */
export interface Runs {
  readonly bytes: Uint8Array
  /** Where the runs begin. */
  readonly offset: number
  /** Bits of a value. */
  readonly width: number
  /** How many values there are at most. */
  readonly values: number
}

/**
 * Walks over runs without reading their values. A decoder that believes the damaged length of a repeated value fills memory with it.
 *
 * @throws RangeError for a value that is repeated more often than there are values left
 */
export function checkRuns({bytes, offset, width, values}: Runs): void {
  let at = offset
  let seen = 0
  while (seen < values && at < bytes.length) {
    let header = 0
    let shift = 0
    for (let more = true; more; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 28) throw new RangeError('a run has no length')
      header += (byte & 0x7f) * 2 ** shift
      more = byte > 0x7f
    }
    const length = Math.floor(header / 2)
    if (header % 2 === 1) {
      // Its values take bytes, so that it ends with the page; writers pad the last one, DuckDB to 256 values.
      at += length * width
      seen += length * 8
      continue
    }
    if (length > values - seen) throw new RangeError(`a run of ${length} values is longer than its page`)
    at += Math.ceil(width / 8)
    seen += length
  }
}

/** The bits that hold a level up to this one. */
export const bitWidth = (level: number) => 32 - Math.clz32(level)
