import {isPhloError} from '@phlo/core'
import {move, transferableSymbol, valueSymbol} from 'piscina'
import {columnToBytes} from './column-to-bytes.js'
import type {ColumnMerge} from './merge-column.js'
import type {MergedElsewhere} from './merge-threads.js'

/** What this thread is at: two columns at once would take the memory of both, and neither would be there sooner. */
let last: Promise<unknown> = Promise.resolve()

/** Merges a column on this thread, after those that it was given before. */
export default function mergeOnThread(merge: ColumnMerge): Promise<unknown> {
  const result = last.then(() => merged(merge))
  const ended = () => undefined
  last = result.then(ended, ended)
  return result
}

/** What it throws goes back as plain data: an error that is cloned has lost its code. */
async function merged(merge: ColumnMerge): Promise<unknown> {
  try {
    const column = await columnToBytes(merge, async () => {})
    const value: MergedElsewhere = {column}
    return move({[transferableSymbol]: column?.bytes.map(({buffer}) => buffer) ?? [], [valueSymbol]: value})
  } catch (error) {
    if (!isPhloError(error)) throw error
    const {message, code, exit, suggestions} = error
    return {failed: {message, code, exit, suggestions}} satisfies MergedElsewhere
  }
}
