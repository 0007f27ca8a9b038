import type {EngineColumn, EngineSortTerm, SortFileRequest} from '@phlo/core'

/** DuckDB's row groups are whole vectors of so many rows. */
const VECTOR = 2048

/**
 * The statement that sorts a file into another one. The place of a row is the last thing that rows are ordered by, so that those which
 * are otherwise alike stay as they came.
 */
export function sortStatement(
  {rows, order, output, codec, rowGroupRows}: SortFileRequest,
  {dictionaries}: {readonly dictionaries: boolean},
): string {
  const sorted =
    order.by === 'columns'
      ? `SELECT * EXCLUDE (file_row_number) FROM read_parquet(${text(rows)}, file_row_number = true)
         ORDER BY ${[...order.terms.map(term), 'file_row_number'].join(', ')}`
      : `SELECT sorted.* FROM read_parquet(${text(rows)}) sorted
         POSITIONAL JOIN read_parquet(${text(order.path)}, file_row_number = true) keys
         ORDER BY keys.key, keys.file_row_number`
  const size = Math.max(1, Math.floor(rowGroupRows / VECTOR)) * VECTOR
  return `COPY (${sorted}) TO ${text(output)} (FORMAT parquet, CODEC ${text(codec)}, ROW_GROUP_SIZE ${size}${dictionaries ? '' : ', DICTIONARY_SIZE_LIMIT 0'})`
}

/**
 * The query that tells whether dictionaries would change values: DuckDB's have one zero for both signs. Undefined when there are no
 * floating-point numbers. Those in lists and maps are taken to be at risk unseen.
 */
export function zeroQuery({rows, columns}: SortFileRequest): string | undefined {
  const floats = columns.filter(({type}) => type === 'float' || type === 'double')
  if (floats.length === 0) return undefined
  const risks = floats.map((column) => (isRepeated(column) ? 'true' : `bool_or(${valueOf(column)} = 0 AND signbit(${valueOf(column)}))`))
  return `SELECT ${risks.map((risk) => `coalesce(${risk}, false)`).join(' OR ')} FROM read_parquet(${text(rows)})`
}

const isRepeated = ({path}: EngineColumn) => path.some((step, depth) => depth > 0 && ['element', 'key', 'value'].includes(step))

const valueOf = ({path: [first = '', ...inner]}: EngineColumn) =>
  inner.reduce((struct, field) => `struct_extract(${struct}, ${text(field)})`, name(first))

const term = ({column, direction, nulls}: EngineSortTerm) => `${name(column)} ${direction.toUpperCase()} NULLS ${nulls.toUpperCase()}`

const text = (value: string) => `'${value.replaceAll("'", "''")}'`

const name = (value: string) => `"${value.replaceAll('"', '""')}"`
