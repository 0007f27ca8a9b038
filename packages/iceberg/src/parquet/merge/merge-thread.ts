import {isPhloError} from '@phlo/core'
import {move, transferableSymbol, valueSymbol} from 'piscina'
import {columnToBytes} from './column-to-bytes.js'
import type {ColumnMerge} from './merge-column.js'
import type {MergedElsewhere} from './merge-threads.js'

/** Merges a column on this thread. What it throws goes back as plain data: an error that is cloned has lost its code. */
export default async function mergeOnThread(merge: ColumnMerge): Promise<unknown> {
  try {
    const column = await columnToBytes(merge)
    const value: MergedElsewhere = {column}
    return move({[transferableSymbol]: column?.bytes.map(({buffer}) => buffer) ?? [], [valueSymbol]: value})
  } catch (error) {
    if (!isPhloError(error)) throw error
    const {message, code, exit, suggestions} = error
    return {failed: {message, code, exit, suggestions}} satisfies MergedElsewhere
  }
}
