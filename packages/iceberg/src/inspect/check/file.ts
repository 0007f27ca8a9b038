import {type FileIO, isPhloError} from '@phlo/core'
import {checkDeletionVector, isDeletionVector} from '../../deletes/deletion-vector.js'
import {readPositionDeletes} from '../../deletes/read-position-deletes.js'
import {positionsOf} from '../../deletes/roaring.js'
import {readFooter} from '../../parquet/footer.js'
import {leavesOf} from '../../parquet/leaves.js'
import {mappingByName, nameMapping} from '../../parquet/name-mapping.js'
import {assertReadable} from '../../parquet/readable.js'
import {currentSchema} from '../../spec/current.js'
import type {DataFile} from '../../spec/manifest.js'
import {DELETED_FILE_PATH, DELETED_POSITION, withLineageFields} from '../../spec/reserved-fields.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import type {Schema} from '../../spec/types.js'
import {checkAvro} from './avro.js'
import type {KnownFields} from './fields.js'
import {danglingDelete, error, type Finding, findingOf} from './finding.js'
import {checkFooter, type FooterContext} from './footer.js'

export interface FileContext {
  readonly io: FileIO
  readonly signal: AbortSignal
  /** The table's name, as commands take it. */
  readonly name: string
  /** How footers are read; undefined when files are not opened. */
  readonly layouts: FileLayouts | undefined
}

/** Rows of a live data file by its path; undefined for one that is not live. */
export type RowsOf = (path: string) => number | undefined

export interface FileLayouts {
  readonly data: FooterContext
  readonly positions: FooterContext
}

const POSITION_DELETES: Schema = {type: 'struct', fields: [DELETED_FILE_PATH, DELETED_POSITION]}

/** What the footers of a table's files are compared with. */
export function fileLayouts(metadata: TableMetadata, known: KnownFields): FileLayouts {
  const layout = (schema: Schema, mapping: FooterContext['mapping']) => ({
    known,
    leaves: new Map(leavesOf(schema).map((leaf) => [leaf.fieldId, leaf])),
    mapping,
  })
  return {
    data: layout(withLineageFields(currentSchema(metadata)), nameMapping(metadata.properties)),
    positions: layout(POSITION_DELETES, mappingByName(POSITION_DELETES)),
  }
}

/** Checks that a file is there and as long as its manifest says, and, when files are opened, that it holds what the manifest says. */
export async function checkFile(file: DataFile, rowsOf: RowsOf, context: FileContext): Promise<readonly Finding[]> {
  const {filePath: path, fileSizeInBytes} = file
  const found = await context.io.stat(path)
  if (!found) return [error('FILE_MISSING', path, `${path} does not exist.`, `phlo table restore-files ${context.name}`)]
  if (found.size !== fileSizeInBytes) {
    return [error('FILE_LENGTH', path, `${path} has ${found.size} bytes, and its manifest says ${fileSizeInBytes}.`)]
  }
  if (!context.layouts) return []
  try {
    const findings = isDeletionVector(file) ? await checkVector(file, rowsOf, context) : await checkRows(file, context, context.layouts)
    if (file.content === 'position-deletes' && !isDeletionVector(file)) findings.push(...(await checkPositions(file, rowsOf, context)))
    return findings
  } catch (thrown) {
    if (!isPhloError(thrown)) throw thrown
    return [findingOf(thrown, 'FILE_UNREADABLE', path)]
  }
}

async function checkVector(file: DataFile, rowsOf: RowsOf, {io}: FileContext): Promise<Finding[]> {
  const positions = await checkDeletionVector(io, file)
  const rows = rowsOf(file.referencedDataFile ?? '')
  const [beyond] = rows === undefined ? [] : positionsOf(positions, rows)
  return beyond === undefined ? [] : [beyondFile(file.filePath, file.referencedDataFile ?? '', beyond, rows)]
}

async function checkRows(file: DataFile, {io, signal}: FileContext, layouts: FileLayouts): Promise<Finding[]> {
  assertReadable(file)
  const layout = file.content === 'position-deletes' ? layouts.positions : layouts.data
  if (file.fileFormat === 'AVRO') return checkAvro(io, file, layout, signal)
  const input = await io.open(file.filePath, {size: file.fileSizeInBytes})
  try {
    return [...checkFooter(input, await readFooter(input), file, layout)]
  } finally {
    await input.close()
  }
}

/** Rows of a position delete file have to be about rows that there are; those of files that are no longer live do no harm. */
async function checkPositions(file: DataFile, rowsOf: RowsOf, {io, signal, name}: FileContext): Promise<readonly Finding[]> {
  let beyond: Finding | undefined
  let live = 0
  await readPositionDeletes(
    io,
    file,
    (path, position) => {
      const rows = rowsOf(path)
      if (rows === undefined) return
      live += 1
      if (position < 0 || position >= rows) beyond ??= beyondFile(file.filePath, path, position, rows)
    },
    signal,
  )
  if (beyond) return [beyond]
  if (live > 0 || file.recordCount === 0) return []
  return [danglingDelete(file.filePath, name)]
}

function beyondFile(path: string, target: string, position: number, rows: number | undefined): Finding {
  return error('POSITION_BEYOND_FILE', path, `${path} deletes row ${position} of ${target}, which has ${rows} rows.`)
}
