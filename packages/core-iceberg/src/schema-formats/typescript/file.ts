import type {ColumnPath, SchemaDocument, SchemaLoss} from '@phlo/core'
import {allColumns} from '../columns.js'
import {headLines} from '../loss-comments.js'
import {tableLosses} from '../table-losses.js'
import {tsComment, types} from './text.js'

export type Lose = (column: ColumnPath, what: string) => void

/** Statements for a table, under names that `nameOf` gives. */
export type TableWriter = (document: SchemaDocument, nameOf: (words: string) => string, lose: Lose) => readonly string[]

/** A module with all of the tables. */
export function typescriptFile(documents: readonly SchemaDocument[], title: string, imports: readonly string[], write: TableWriter) {
  const losses: SchemaLoss[] = []
  const nameOf = types()
  const lose: Lose = (column, what) => void losses.push({column, what})
  const statements = documents.flatMap((document) => {
    losses.push(...tableLosses(document, title, ['doc']))
    for (const column of allColumns(document.schema)) {
      for (const key of ['initial-default', 'write-default'] as const) {
        if (column[key] !== undefined && column[key] !== null) lose(column.path, `the ${key} is lost, since ${title} has none`)
      }
    }
    return write(document, nameOf, lose)
  })
  const head = losses.length === 0 ? [] : [tsComment(headLines([], losses).slice(1)).replace('/**', '/*').trimEnd()]
  return {content: `${[...imports, ...head, ...statements].join('\n\n')}\n`, losses}
}
