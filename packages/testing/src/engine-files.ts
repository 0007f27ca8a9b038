import {writeFile} from 'node:fs/promises'
import {asyncBufferFromFile, parquetReadObjects} from 'hyparquet'
import {parquetWriteBuffer} from 'hyparquet-writer'
import type {EngineType, Value} from './engine-rows.js'

/** A column of a file: its type, and a value for each row. */
export interface FileColumn {
  readonly name: string
  readonly element: EngineType['element']
  readonly values: readonly Value[]
}

/** Writes a Parquet file of optional columns. */
export async function writeParquet(path: string, columns: readonly FileColumn[]): Promise<void> {
  const schema = [
    {name: 'table', num_children: columns.length},
    ...columns.map(({name, element}) => ({...element, name, repetition_type: 'OPTIONAL' as const})),
  ]
  const columnData = columns.map(({name, values}) => ({name, data: [...values] as unknown[]}))
  await writeFile(path, new Uint8Array(parquetWriteBuffer({schema, columnData})))
}

/** Values stay as Parquet stores them: a date object has no microseconds. */
const RAW = Object.fromEntries(
  [
    'timestampFromMilliseconds',
    'timestampFromMicroseconds',
    'timestampFromNanoseconds',
    'dateFromDays',
    'stringFromBytes',
    'uuidFromBytes',
    'jsonFromBytes',
  ].map((name) => [name, (value: unknown) => value]),
)

/** The rows of a Parquet file as text, a float by its sign too. */
export async function readParquet(path: string): Promise<readonly string[]> {
  const file = await asyncBufferFromFile(path)
  const rows = await parquetReadObjects({file, utf8: false, parsers: RAW as never})
  return rows.map((row) =>
    Object.entries(row)
      .map(([name, value]) => `${name}: ${shown(value)}`)
      .join(', '),
  )
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return Object.is(value, -0) ? '-0' : String(value)
}
