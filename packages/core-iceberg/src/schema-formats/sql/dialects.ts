import {type NameRules, uniqueNames} from '../unique-names.js'

export const DIALECTS = ['spark', 'trino', 'duckdb', 'postgres', 'snowflake', 'bigquery'] as const
export type Dialect = (typeof DIALECTS)[number]

/** What people call them. */
export const TITLES: Readonly<Record<Dialect, string>> = {
  spark: 'Spark',
  trino: 'Trino',
  duckdb: 'DuckDB',
  postgres: 'PostgreSQL',
  snowflake: 'Snowflake',
  bigquery: 'BigQuery',
}

/** Of these an identifier is between backquotes, and what is between double quotes is a text. */
export const hasBackquotes = (dialect: Dialect) => dialect === 'spark' || dialect === 'bigquery'
/** Of these a backslash in a text means something. */
export const hasBackslashes = (dialect: Dialect) => hasBackquotes(dialect) || dialect === 'snowflake'

/** A name as an identifier, whatever is in it. */
export function quoted(name: string, dialect: Dialect): string {
  const quote = hasBackquotes(dialect) ? '`' : '"'
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`
}

export const quotedPath = (path: readonly string[], dialect: Dialect) => path.map((part) => quoted(part, dialect)).join('.')

/** A text as a literal. */
export function literal(text: string, dialect: Dialect): string {
  if (!hasBackslashes(dialect)) return `'${text.replaceAll("'", "''")}'`
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `'${escaped.replaceAll("'", dialect === 'snowflake' ? "''" : "\\'")}'`
}

/** The beginning of a name that is too long. */
function cut(name: string, length: (text: string) => number, most: number): string {
  if (length(name) <= most) return name
  let kept = ''
  for (const character of name) {
    if (length(kept + character) > most) break
    kept += character
  }
  return kept
}

const bytes = (text: string) => Buffer.byteLength(text)
const characters = (text: string) => Array.from(text).length

const inSmallLetters = (name: string) => name.toLowerCase()

/** Which names columns, and fields of structs, can have. */
export const NAMES: Readonly<Record<Dialect, NameRules>> = {
  spark: {clean: (name) => name, fallback: '_', key: inSmallLetters},
  // Trino makes small letters of all, quoted or not.
  trino: {clean: (name) => name.toLowerCase(), fallback: '_', key: inSmallLetters},
  duckdb: {clean: (name) => name, fallback: '_', key: inSmallLetters},
  postgres: {
    clean: (name) => cut(name.replaceAll('\0', ''), bytes, 63),
    fallback: '_',
    taken: ['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax'],
  },
  snowflake: {clean: (name) => cut(name, characters, 255), fallback: '_'},
  // "Flexible column names".
  bigquery: {
    clean: (name) => cut(name.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}&%=+:'<>#| -]/gu, '_'), characters, 300),
    fallback: '_',
    key: inSmallLetters,
  },
}

/**
 * The parts of tables' names, in their order, each another: a schema and the table, but for Spark, whose catalogs have namespaces in
 * namespaces.
 */
export function tableNames(names: readonly (readonly string[])[], dialect: Dialect): readonly (readonly string[])[] {
  const {clean: cleanName, ...rules} = NAMES[dialect]
  // Tables and datasets of BigQuery have fewer names than columns.
  const strict = dialect === 'bigquery' ? (part: string) => part.replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '_') : (part: string) => part
  const clean = (part: string) => cleanName(strict(part))
  const spaces = names.map((name) => {
    const space = name.slice(0, -1)
    return (dialect === 'spark' || space.length < 2 ? space : [space.join('.')]).map((part) => clean(part) || rules.fallback)
  })
  const found: (readonly string[])[] = []
  for (const [space, indices] of Map.groupBy(names.keys(), (index) => JSON.stringify(spaces[index]))) {
    const own = indices.map((index) => names[index]?.at(-1) ?? '')
    for (const [at, name] of uniqueNames(own, {...rules, clean}).entries()) found[indices[at] ?? 0] = [...JSON.parse(space), name]
  }
  return found
}
