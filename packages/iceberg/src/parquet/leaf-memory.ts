import type {RowGroup} from 'hyparquet'

/** Bytes of an entry of a decoded array, of an object for a value's bytes, and of a boxed 64-bit integer. */
export const [ENTRY, OBJECT, BOXED] = [8, 120, 32] as const

/** About how many bytes of memory the decoded values of each leaf take. Values of a dictionary are shared, others are an object each. */
export function leafMemory({columns}: RowGroup): readonly number[] {
  return columns.map(({meta_data: chunk}) => {
    const entries = Number(chunk?.num_values ?? 0)
    const isBytes = chunk?.type === 'BYTE_ARRAY' || chunk?.type === 'FIXED_LEN_BYTE_ARRAY'
    const fromDictionary = chunk?.dictionary_page_offset !== undefined && !chunk.encodings.includes('PLAIN')
    if (!isBytes) return entries * (ENTRY + (chunk?.type === 'INT64' ? BOXED / 4 : 0))
    const plain = Number(chunk?.total_uncompressed_size ?? 0)
    const isSmall = plain < entries * 3
    return entries * ENTRY + (fromDictionary || isSmall ? plain : entries * OBJECT + plain)
  })
}
