import type {Compressors} from 'hyparquet'
import {decompressors} from '../codecs.js'
import type {ColumnPart} from './chunk-to-merge.js'

/** Bytes up to which a page takes less time in WebAssembly than Node needs to set up its decoder. */
const SMALL_PAGE = 8 * 1024
/** Pages that take Node as long to set up its decoder for as WebAssembly takes to be compiled. */
const WORTH_COMPILING = 3000

/** Whether some column chunks, of which each has a page at least, have so many small pages that `pageDecompressors` should know. */
export function haveManySmallPages(parts: Iterable<ColumnPart>): boolean {
  let small = 0
  for (const {codec, uncompressed, hasDictionary} of parts) {
    const pages = hasDictionary ? 2 : 1
    if (codec === 'ZSTD' && uncompressed <= pages * SMALL_PAGE) small += pages
  }
  return small >= WORTH_COMPILING
}

/** Decompression for the pages of columns: Node's, and for many small ones a decoder of zstd that needs no setting up for each of them. */
export async function pageDecompressors(hasManySmallPages: boolean): Promise<Compressors> {
  if (!hasManySmallPages) return decompressors
  const decoder = await openDecoder()
  // Where memory is limited by its addresses, WebAssembly has none to itself.
  if (!decoder) return decompressors
  const decompress = decompressors.ZSTD as NonNullable<Compressors['ZSTD']>
  return {
    ...decompressors,
    ZSTD(bytes, length) {
      if (length === 0 || length > SMALL_PAGE || bytes.length > 2 * SMALL_PAGE) return decompress(bytes, length)
      const page = decoder.decode(bytes, length)
      // It does not say what is wrong with a damaged one.
      return page.length === length ? page : decompress(bytes, length)
    },
  }
}

async function openDecoder() {
  const {ZSTDDecoder} = await import('zstddec')
  const decoder = new ZSTDDecoder()
  return decoder.init().then(
    () => decoder,
    () => undefined,
  )
}
