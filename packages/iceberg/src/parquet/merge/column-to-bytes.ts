import {ByteWriter} from 'hyparquet-writer'
import {WORTH_WRITING} from '../write-behind.js'
import {type ColumnMerge, type MergedColumn, mergeColumn} from './merge-column.js'
import {splitRows} from './split-rows.js'

/** A column that was merged ahead of its turn to be written: its places count from its own beginning. */
export interface ColumnInBytes extends MergedColumn {
  readonly bytes: readonly Uint8Array<ArrayBuffer>[]
}

/**
 * Merges a column into memory.
 *
 * @param breathe called between pages
 * @returns undefined when it has to be decoded after all: a page begins within a row
 * @throws PhloError as `mergeColumn` does
 */
export async function columnToBytes(merge: ColumnMerge, breathe: () => Promise<void>): Promise<ColumnInBytes | undefined> {
  if (await splitRows(merge)) return undefined
  const writer = new ByteWriter()
  const bytes: Uint8Array<ArrayBuffer>[] = []
  const handOn = () => {
    bytes.push(Uint8Array.from(writer.getBytes()))
    writer.index = 0
  }
  const column = await mergeColumn(merge, writer, async () => {
    if (writer.index >= WORTH_WRITING) handOn()
    await breathe()
  })
  handOn()
  return {...column, bytes}
}
