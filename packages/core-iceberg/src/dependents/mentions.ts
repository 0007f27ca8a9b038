import type {ColumnPath, TableName} from '@phlo/core'
import {hasCode} from '@phlo/core'
import {DIALECTS, type Dialect} from '../schema-formats/sql/dialects.js'
import {type Token, tokensOf} from '../schema-formats/sql/tokens.js'

/** SQL of a view, with what its names are looked up in that say no namespace. */
export interface ViewSql {
  readonly sql: string
  readonly dialect?: string | undefined
  readonly defaultNamespace: readonly string[]
}

/** What a text of SQL says of a table: the columns that it names, or that it takes all there are. Undefined where it does not name the table. */
export interface Mentions {
  readonly takesAll: boolean
  /** Whether it names a column, or what is in one. */
  names(column: ColumnPath): boolean
}

/**
 * Looks for the names of a table and of its columns in a text of SQL. Nothing is resolved: a column of that name may be another table's. Case does
 * not count, since engines differ in that.
 */
export function mentionsOf({sql, dialect, defaultNamespace}: ViewSql, table: TableName): Mentions | undefined {
  const tokens = piecesOf(sql, dialect?.toLowerCase())
  const chains = chainsOf(tokens)
  const isByDefault = defaultNamespace.length === 0 || joined(defaultNamespace) === joined(table.namespace)
  const whole = joined([...table.namespace, table.name])
  const isTable = (name: string) => name === whole || name.endsWith(`.${whole}`) || (isByDefault && name === joined([table.name]))
  // BigQuery puts a whole name in one pair of quotes.
  const parts = chains.map((chain) => chain.flatMap((part) => part.split('.')))
  if (!parts.some((chain) => chain.some((_, last) => isTable(joined(chain.slice(0, last + 1)))))) return undefined
  return {
    takesAll: tokens.some((token, index) => isSymbol(token, '*') && beginsColumns(tokens[index - 1])),
    names(column) {
      const [first = '', ...inner] = column
        .filter((part, index) => index === 0 || !BETWEEN.includes(part))
        .map((part) => part.toLowerCase())
      const fits = (rest: readonly string[]) => rest.slice(0, inner.length).every((part, index) => part === inner[index])
      return chains.some((chain) => chain.some((part, at) => part === first && fits(chain.slice(at + 1))))
    },
  }
}

/** What leads to the fields of structs in lists and maps; SQL gets there by an index. */
const BETWEEN: readonly string[] = ['element', 'key', 'value']

const joined = (parts: readonly string[]) => parts.join('.').toLowerCase()

/** A dialect that nobody here knows is read as standard SQL; what cannot be read, by its words. */
function piecesOf(sql: string, dialect = 'trino'): readonly Token[] {
  const known: Dialect = DIALECTS.find((name) => name === dialect) ?? 'trino'
  try {
    return tokensOf(sql, 'view', known)
  } catch (error) {
    if (!hasCode(error, 'SCHEMA_NOT_READABLE')) throw error
    const words = sql.match(/[\p{L}_][\p{L}\p{M}\p{N}_$]*|[.*,]/gu) ?? []
    return words.map((text) => ({kind: /[.*,]/.test(text) ? 'symbol' : 'word', text, line: 1}))
  }
}

/** Names that dots join, in small letters. */
function chainsOf(tokens: readonly Token[]): readonly (readonly string[])[] {
  const chains: string[][] = []
  for (const [index, {kind, text}] of tokens.entries()) {
    if (kind !== 'word' && kind !== 'name') continue
    const isNext = isSymbol(tokens[index - 1], '.') && isName(tokens[index - 2])
    if (isNext) chains.at(-1)?.push(text.toLowerCase())
    else chains.push([text.toLowerCase()])
  }
  return chains
}

const isName = (token: Token | undefined) => token?.kind === 'word' || token?.kind === 'name'
const isSymbol = (token: Token | undefined, text: string) => token?.kind === 'symbol' && token.text === text

/** Behind anything else a star multiplies or counts. */
const beginsColumns = (token: Token | undefined) =>
  isSymbol(token, ',') || isSymbol(token, '.') || (token?.kind === 'word' && /^(?:select|distinct|all)$/i.test(token.text))
