/** A column of a declaration. */
export interface DeclaredColumn {
  readonly name: string
  /** A type as `table create --schema` takes it, or what it holds where that has descriptions of its own. */
  readonly type: DeclaredType
  readonly required?: boolean
  readonly comment?: string
  /** What rows get that are written without it, and rows that are there when it is added: a single value as JSON has it (spec, Appendix D). */
  readonly default?: unknown
  /** What rows have that are there, where that is something else. */
  readonly 'initial-default'?: unknown
  /** The name that the column had before; once the table has the new one, this means nothing any more. */
  readonly 'renamed-from'?: string
  readonly id?: number
}

export type DeclaredType =
  | string
  | {readonly struct: readonly DeclaredColumn[]}
  | {readonly list: DeclaredPart}
  | {readonly map: DeclaredMap}

/** What a list or a map holds. */
export interface DeclaredPart {
  readonly type: DeclaredType
  readonly required?: boolean
  readonly id?: number
}

export interface DeclaredMap {
  readonly key: DeclaredPart
  readonly value: DeclaredPart
}

/** What a table is to be. What is left out of everything but the columns stays as it is. */
export interface Declaration {
  readonly table: string | readonly string[]
  readonly comment?: string
  readonly columns: readonly DeclaredColumn[]
  readonly identifier?: readonly string[]
  readonly 'partition-by'?: readonly string[]
  readonly 'sort-by'?: readonly string[]
  readonly properties?: Readonly<Record<string, string>>
}

/** Keys that each part may have; another one is a mistake, and most likely a misspelt one of these. */
export const TABLE_KEYS = ['table', 'comment', 'columns', 'identifier', 'partition-by', 'sort-by', 'properties']
export const COLUMN_KEYS = ['name', 'type', 'required', 'comment', 'default', 'initial-default', 'renamed-from', 'id']
export const PART_KEYS = ['type', 'required', 'id']
