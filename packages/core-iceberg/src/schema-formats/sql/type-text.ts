import {type ColumnPath, hasCode, type SchemaLoss, type SchemaType} from '@phlo/core'
import {cursorOf} from './cursor.js'
import type {Dialect} from './dialects.js'
import {readType} from './read-types.js'
import {tokensOf} from './tokens.js'

/** The type that a text of SQL means alone (`VARCHAR(20)`), in the first of the dialects that has it; undefined when none has. */
export function typeOfText(
  text: string,
  path: ColumnPath,
  dialects: readonly Dialect[],
): {readonly type: SchemaType; readonly losses: readonly SchemaLoss[]} | undefined {
  for (const dialect of dialects) {
    try {
      const cursor = cursorOf(tokensOf(text, '', dialect), '')
      const losses: SchemaLoss[] = []
      const type = readType({cursor, source: '', dialect, declared: new Map(), losses}, path)
      if (cursor.isAtEnd) return {type, losses}
    } catch (error) {
      // What is nested deeper than a stack is no type of a table.
      if (!hasCode(error, 'SCHEMA_NOT_READABLE') && !(error instanceof RangeError)) throw error
    }
  }
  return undefined
}
