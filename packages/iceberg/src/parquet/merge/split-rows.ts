import {namingColumn} from '../damage.js'
import type {ColumnMerge} from './merge-column.js'
import {beginsWithinRow, levelsOf} from './open-page.js'
import {chunkPages} from './pages.js'

/** Whether a page of a repeated column goes on with the row of the page before it, as version 1 of data pages allows. */
export function splitRows({leaf, parts}: Pick<ColumnMerge, 'leaf' | 'parts'>): boolean {
  if (leaf.maxRepetitionLevel === 0) return false
  const levels = levelsOf(leaf)
  return parts.some((part) => namingColumn(part, () => chunkPages(part).pages.some((page) => beginsWithinRow(page, levels))))
}
