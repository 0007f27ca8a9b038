import type {ColumnMetaData, Encoding} from 'hyparquet'
import type {Leaf} from '../leaves.js'
import type {WrittenPage} from './page-log.js'

type EncodingStats = NonNullable<ColumnMetaData['encoding_stats']>
type PageType = EncodingStats[number]['page_type']

/** What was written of a column chunk. */
export interface ChunkLog {
  /** The data pages. */
  readonly pages: readonly WrittenPage[]
  /** Bytes before compression, the headers' included. */
  readonly uncompressed: number
  add(type: PageType, encoding: Encoding, uncompressed: number, page?: WrittenPage): void
  /** Those of values and levels, each once. */
  encodings(leaf: Leaf): Encoding[]
  /** By these readers know that every value is in the dictionary, which may then tell them that none is the one they look for. */
  encodingStats(): EncodingStats
}

/** A log of nothing. */
export function createChunkLog(): ChunkLog {
  const pages: WrittenPage[] = []
  const counts = new Map<string, EncodingStats[number]>()
  let uncompressed = 0
  return {
    pages,
    get uncompressed() {
      return uncompressed
    },
    add(type, encoding, bytes, page) {
      const key = `${type} ${encoding}`
      counts.set(key, {page_type: type, encoding, count: (counts.get(key)?.count ?? 0) + 1})
      uncompressed += bytes
      if (page) pages.push(page)
    },
    encodings({maxDefinitionLevel, maxRepetitionLevel}) {
      const levels: Encoding[] = maxDefinitionLevel + maxRepetitionLevel > 0 ? ['RLE'] : []
      return [...new Set([...[...counts.values()].map(({encoding}) => encoding), ...levels])]
    },
    encodingStats: () => [...counts.values()],
  }
}
