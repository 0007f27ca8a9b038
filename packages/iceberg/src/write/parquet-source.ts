import {ExitCode, type FileIO, type InputFile, nearest, PhloError, usage} from '@phlo/core'
import type {FileMetaData} from 'hyparquet'
import {writeDefaultsOf} from '../parquet/defaults.js'
import {type FileLeaf, fileLeaves} from '../parquet/file-leaves.js'
import {readFooter} from '../parquet/footer.js'
import {type Leaf, type LeafValues, leavesOf} from '../parquet/leaves.js'
import {mappingByName} from '../parquet/name-mapping.js'
import type {Schema} from '../spec/types.js'
import type {RowBatch} from './row-batch.js'

/** A Parquet file whose rows are to be appended. */
export interface ParquetSource {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly rows: number
}

interface Checked {
  readonly footer: FileMetaData
  readonly leaves: readonly FileLeaf[]
}

/**
 * Looks whether a file's rows fit a schema, its columns matched by name: every column of the file has to be one of the table's,
 * and every required column of the table in the file.
 *
 * @throws PhloError `COLUMN_NOT_IN_TABLE`, `COLUMN_MISSING` (exit 2), `PARQUET_CORRUPT`
 */
export async function inspectParquet(io: FileIO, path: string, schema: Schema): Promise<ParquetSource> {
  const file = await io.open(path)
  try {
    const {footer} = await check(file, schema)
    return {path, size: file.size, rows: Number(footer.num_rows)}
  } finally {
    await file.close()
  }
}

async function check(file: InputFile, schema: Schema): Promise<Checked> {
  const footer = await readFooter(file)
  const leaves = fileLeaves(footer, mappingByName(schema), {byName: true})
  const wanted = leavesOf(schema)
  for (const {fieldId, schemaPath} of leaves) {
    if (fieldId !== undefined && wanted.some((leaf) => leaf.fieldId === fieldId)) continue
    const name = schemaPath
      .slice(1)
      .map(({element}) => element.name)
      .join('.')
    const meant = nearest(
      name,
      wanted.map((leaf) => leaf.name),
    )
    throw usage(
      'COLUMN_NOT_IN_TABLE',
      `Column ${name} of ${file.path} is not a column of the table.`,
      meant ? [`did you mean ${meant}?`] : [],
    )
  }
  const defaultOf = writeDefaultsOf(schema)
  for (const leaf of wanted) {
    if (leaf.path.length === 1 && defaultOf(leaf) !== undefined) continue
    const isRequired = leaf.path.every(({repetition}) => repetition === 'REQUIRED')
    if (isRequired && !leaves.some(({fieldId}) => fieldId === leaf.fieldId)) {
      throw usage('COLUMN_MISSING', `${file.path} lacks column ${leaf.name}, which the table requires.`)
    }
  }
  return {footer, leaves}
}

/** The rows of a Parquet file, a row group at a time, as rows of the schema; columns that it lacks have their `write-default`. */
export async function* parquetBatches(io: FileIO, source: Pick<ParquetSource, 'path'>, schema: Schema): AsyncIterable<RowBatch> {
  const {openRowGroup} = await import('../parquet/read-leaves.js')
  const file = await io.open(source.path)
  try {
    const {footer, leaves} = await check(file, schema)
    for (const [rowGroup, {num_rows: rows}] of footer.row_groups.entries()) {
      const read = await openRowGroup({file, footer, leaves, rowGroup}, leavesOf(schema), writeDefaultsOf(schema))
      yield {rows: Number(rows), column: (leaf) => present(read(leaf), leaf, file.path)}
    }
  } finally {
    await file.close()
  }
}

/** A required column may not be null. */
function present(values: LeafValues, leaf: Leaf, path: string): LeafValues {
  const isRequired = leaf.path.every(({repetition}) => repetition === 'REQUIRED')
  if (!isRequired || !Array.isArray(values.values) || !values.values.includes(null)) return values
  throw new PhloError(`Column ${leaf.name} of ${path} has nulls, and the table requires it.`, {
    code: 'NULL_IN_REQUIRED_COLUMN',
    exit: ExitCode.usage,
  })
}
