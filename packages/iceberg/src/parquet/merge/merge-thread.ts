import {isPhloError} from '@phlo/core'
import {ByteWriter} from 'hyparquet-writer'
import {move, transferableSymbol, valueSymbol} from 'piscina'
import {WORTH_WRITING} from '../write-behind.js'
import {type ColumnMerge, mergeColumn} from './merge-column.js'
import type {MergedElsewhere} from './merge-threads.js'
import {splitRows} from './split-rows.js'

/** Merges a column on this thread. What it throws goes back as plain data: an error that is cloned has lost its code. */
export default async function mergeOnThread(merge: ColumnMerge): Promise<unknown> {
  try {
    return await merged(merge)
  } catch (error) {
    if (!isPhloError(error)) throw error
    const {message, code, exit, suggestions} = error
    return {failed: {message, code, exit, suggestions}} satisfies MergedElsewhere
  }
}

async function merged(merge: ColumnMerge): Promise<unknown> {
  if (splitRows(merge)) return {column: undefined} satisfies MergedElsewhere
  const writer = new ByteWriter()
  const bytes: Uint8Array<ArrayBuffer>[] = []
  const handOn = () => {
    bytes.push(Uint8Array.from(writer.getBytes()))
    writer.index = 0
  }
  const column = await mergeColumn(merge, writer, async () => {
    if (writer.index >= WORTH_WRITING) handOn()
  })
  handOn()
  const value: MergedElsewhere = {column: {...column, bytes}}
  return move({[transferableSymbol]: bytes.map(({buffer}) => buffer), [valueSymbol]: value})
}
