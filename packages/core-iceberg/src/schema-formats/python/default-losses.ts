import {type Column, columnsIn} from '../columns.js'
import type {Lose} from './file.js'

const DEFAULTS = ['initial-default', 'write-default'] as const

/** Tells of the column, and of every one in it, that a library has no place for these default values. */
export function loseDefaults(column: Column, lose: Lose, title: string, which: readonly (typeof DEFAULTS)[number][] = DEFAULTS): void {
  for (const key of which) {
    if (column[key] !== undefined && column[key] !== null) lose(column.path, `the ${key} is lost, since ${title} has none`)
  }
  for (const inner of columnsIn(column.type, column.path)) loseDefaults(inner, lose, title, which)
}
