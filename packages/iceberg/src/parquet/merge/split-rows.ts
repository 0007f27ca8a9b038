import {namingColumn} from '../damage.js'
import type {ColumnMerge} from './merge-column.js'
import {beginsWithinRow, levelsOf} from './open-page.js'
import {pageDecompressors} from './page-decompressors.js'
import {chunkPages} from './pages.js'

/** Whether a page of a repeated column goes on with the row of the page before it, as version 1 of data pages allows. Before a chunk's first there is none. */
export async function splitRows({
  leaf,
  parts,
  hasManySmallPages,
}: Pick<ColumnMerge, 'leaf' | 'parts' | 'hasManySmallPages'>): Promise<boolean> {
  if (leaf.maxRepetitionLevel === 0) return false
  const [levels, compressors] = [levelsOf(leaf), await pageDecompressors(hasManySmallPages)]
  return parts.some((part) =>
    namingColumn(part, () =>
      chunkPages(part, compressors)
        .pages.slice(1)
        .some((page) => beginsWithinRow(page, levels)),
    ),
  )
}
