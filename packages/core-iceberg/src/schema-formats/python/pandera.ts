import type {SchemaType} from '@phlo/core'
import {baseType, decimalType, fixedLength} from '@phlo/iceberg/schema'
import {type Column, columnsIn} from '../columns.js'
import {type ArrowOptions, arrowType} from './arrow-types.js'
import {loseDefaults} from './default-losses.js'
import type {Lose, PythonLibrary} from './file.js'
import {variables} from './names.js'
import {pyBool, pyString} from './text.js'

/** Types of columns are those of Arrow, as `table.scan().to_arrow().to_pandas(types_mapper=pandas.ArrowDtype)` has them. */
const OPTIONS: ArrowOptions = {hasMetadata: false, list: 'list_', hasUuid: false}

/** Schemas of pandera for data frames of pandas. */
export const pandera: PythonLibrary = {
  title: 'pandera',
  imports: ['import pandas\nimport pandera.pandas as pandera\nimport pyarrow as pa'],
  carries: [],
  tables: () => frames('pandas', (column, lose) => `pandas.ArrowDtype(${arrowType(column, lose, OPTIONS)})`),
}

/** Schemas of pandera for data frames of polars. */
export const panderaPolars: PythonLibrary = {
  title: 'pandera',
  imports: ['import pandera.polars as pandera\nimport polars'],
  carries: [],
  tables: () => frames('polars', (column, lose) => polarsType(column, column.type, lose)),
}

function frames(library: 'pandas' | 'polars', typeOf: (column: Column, lose: Lose) => string): ReturnType<PythonLibrary['tables']> {
  const name = variables()
  return (document, lose) => {
    const own = name(document.name.at(-1) ?? '')
    const columns = columnsIn(document.schema).map((column) => {
      const {name: real, required, doc} = column
      loseDefaults(column, lose, 'pandera')
      for (const inner of columnsIn(column.type, column.path)) loseInside(inner, lose, library, column.type)
      const description = doc === undefined ? '' : `, description=${pyString(doc)}`
      return `        ${pyString(real)}: pandera.Column(${typeOf(column, lose)}, nullable=${pyBool(!required)}, coerce=True${description}),`
    })
    return {name: own, statements: [`${own} = pandera.DataFrameSchema(\n    {\n${columns.join('\n')}\n    },\n    strict=True,\n)`]}
  }
}

/** What is in a column is checked by its type alone. */
function loseInside({path, type, required, doc, name}: Column, lose: Lose, library: 'pandas' | 'polars', parent?: SchemaType): void {
  // Arrow has maps, the keys of which are never null.
  const isKey = library === 'pandas' && typeof parent === 'object' && parent.type === 'map' && name === 'key'
  if (required && !isKey) lose(path, 'it may be null for pandera, which does not look into columns, and is required')
  if (doc !== undefined) lose(path, 'the doc is lost, since pandera describes whole columns')
  for (const inner of columnsIn(type, path)) loseInside(inner, lose, library, type)
}

function polarsType({path}: Column, type: SchemaType, lose: Lose): string {
  if (typeof type === 'string') return polarsPrimitive(type, path, lose)
  const inside = columnsIn(type, path)
  const fields = inside.map((column) => `polars.Field(${pyString(column.name)}, ${polarsType(column, column.type, lose)})`)
  if (type.type === 'struct') return `polars.Struct([${fields.join(', ')}])`
  const [element] = inside
  if (type.type === 'list' && element) return `polars.List(${polarsType(element, element.type, lose)})`
  lose(path, 'map became a list of structs of key and value')
  return `polars.List(polars.Struct([${fields.join(', ')}]))`
}

function polarsPrimitive(type: string, path: Column['path'], lose: Lose): string {
  const decimal = decimalType(type)
  if (decimal) return `polars.Decimal(${decimal.precision}, ${decimal.scale})`
  const base = baseType(type)
  if (base === 'geometry' || base === 'geography') lose(path, `${type} became Binary, which holds its well-known binary form`)
  if (base === 'uuid' || fixedLength(type) !== undefined) lose(path, `${type} became Binary of any length`)
  if (base === 'variant') {
    lose(path, 'variant became a struct of its metadata and its value, both Binary')
    return 'polars.Struct([polars.Field("metadata", polars.Binary), polars.Field("value", polars.Binary)])'
  }
  return `polars.${POLARS[base] ?? 'Binary'}`
}

const POLARS: Readonly<Record<string, string>> = {
  boolean: 'Boolean',
  int: 'Int32',
  long: 'Int64',
  float: 'Float32',
  double: 'Float64',
  date: 'Date',
  time: 'Time',
  timestamp: 'Datetime("us")',
  timestamptz: 'Datetime("us", "UTC")',
  timestamp_ns: 'Datetime("ns")',
  timestamptz_ns: 'Datetime("ns", "UTC")',
  string: 'String',
  unknown: 'Null',
}
