import type {ColumnPath, SchemaDocument, SchemaLoss} from '@phlo/core'
import {headLines} from '../loss-comments.js'
import type {TableAspect} from '../table-losses.js'
import {tableLosses} from '../table-losses.js'
import {pyComment, pyString} from './text.js'

export type Lose = (column: ColumnPath, what: string) => void

/** A table in one of the libraries: statements, of which the last defines `name`. */
export interface PythonTable {
  readonly name: string
  readonly statements: readonly string[]
}

/** How one library says what tables are. */
export interface PythonLibrary {
  /** As the documentation calls it. */
  readonly title: string
  readonly imports: readonly string[]
  readonly carries: readonly TableAspect[]
  /** Makes the names and the statements of tables one after the other, each name once. */
  tables(): (document: SchemaDocument, lose: Lose) => PythonTable
}

/** A module with all of the tables, which `__all__` names in their order. */
export function pythonFile(documents: readonly SchemaDocument[], {title, imports, carries, tables}: PythonLibrary) {
  const losses: SchemaLoss[] = []
  const tableOf = tables()
  const made = documents.map((document) => {
    losses.push(...tableLosses(document, title, ['doc', ...carries]))
    return tableOf(document, (column, what) => void losses.push({column, what}))
  })
  const about = documents.flatMap(({name, doc}, index) => [
    `${made[index]?.name}: table ${name.join('.')}`,
    ...(doc === undefined ? [] : [doc]),
  ])
  const content = [
    pyComment(headLines(about, losses)),
    imports.join('\n'),
    `__all__ = [${made.map(({name}) => pyString(name)).join(', ')}]`,
    ...made.flatMap(({statements}) => statements),
  ]
  return {content: `${content.join('\n\n')}\n`, losses}
}
