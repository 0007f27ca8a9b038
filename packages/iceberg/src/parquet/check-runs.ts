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
 * Walks over runs without reading their values. A decoder that believes a damaged run length fills memory with it.
 *
 * @throws RangeError for a run that is longer than what is left of the values or of the bytes
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
    // The last group of bit-packed values is filled up to eight.
    const most = header % 2 === 1 ? Math.ceil((values - seen) / 8) : values - seen
    if (length > most) throw new RangeError(`a run of ${header % 2 === 1 ? length * 8 : length} values is longer than its page`)
    at += header % 2 === 1 ? length * width : Math.ceil(width / 8)
    seen += header % 2 === 1 ? length * 8 : length
  }
}

/** The bits that hold a level up to this one. */
export const bitWidth = (level: number) => 32 - Math.clz32(level)
