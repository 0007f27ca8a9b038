import {isPhloError} from '@phlo/core'
import {checkDeletionVector, isDeletionVector} from '../../deletes/deletion-vector.js'
import type {FileLayouts} from '../../inspect/check/file.js'
import {error, type Finding, findingOf} from '../../inspect/check/finding.js'
import {checkFooter} from '../../inspect/check/footer.js'
import {readFooter} from '../../parquet/footer.js'
import type {MetricsConfig} from '../../parquet/metrics-config.js'
import {assertReadable} from '../../parquet/readable.js'
import type {DataFile} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'
import {type Mended, mendFile} from './mend-file.js'

/** How footers are read, and what is recorded of columns. */
export interface ExaminedBy {
  readonly layouts: FileLayouts
  readonly metrics: MetricsConfig
}

/** A live file as it is on the store. */
export type ExaminedFile = {readonly missing: true} | (Mended & {readonly missing: false; readonly left: readonly Finding[]})

/** Looks at a file of the table: is it there, and what should its entry say? Reads the footer, no page. */
export async function examineFile({io}: IcebergTable, file: DataFile, by: ExaminedBy): Promise<ExaminedFile> {
  const found = await io.stat(file.filePath)
  if (!found) return {missing: true}
  try {
    const examine = isDeletionVector(file) ? examineVector : file.fileFormat === 'PARQUET' ? examineParquet : examineOther
    return {missing: false, ...(await examine(io, file, found.size, by))}
  } catch (thrown) {
    if (!isPhloError(thrown)) throw thrown
    return {missing: false, dataFile: file, changes: [], left: [findingOf(thrown, 'FILE_UNREADABLE', file.filePath)]}
  }
}

type Examined = Mended & {readonly left: readonly Finding[]}
type IO = IcebergTable['io']

/** A deletion vector has its own length and checksum: of the Puffin file only the size can be said wrongly. */
async function examineVector(io: IO, file: DataFile, size: number): Promise<Examined> {
  const dataFile = size === file.fileSizeInBytes ? file : {...file, fileSizeInBytes: size}
  await checkDeletionVector(io, dataFile)
  const changes = dataFile === file ? [] : [`file_size_in_bytes ${file.fileSizeInBytes} to ${size}`]
  return {dataFile, changes, left: []}
}

/** Files without a footer cannot contradict their entries, but in their size; a file that was cut short has not the size that it should. */
async function examineOther(_io: IO, file: DataFile, size: number): Promise<Examined> {
  return {dataFile: file, changes: [], left: wrongSize(file, size)}
}

function wrongSize({filePath: path, fileSizeInBytes}: DataFile, size: number): readonly Finding[] {
  return size === fileSizeInBytes
    ? []
    : [error('FILE_LENGTH', path, `${path} has ${size} bytes, and its manifest says ${fileSizeInBytes}.`)]
}

async function examineParquet(io: IO, file: DataFile, size: number, {layouts, metrics}: ExaminedBy): Promise<Examined> {
  assertReadable(file)
  const input = await io.open(file.filePath, {size})
  try {
    const footer = await readFooter(input)
    const layout = file.content === 'position-deletes' ? layouts.positions : layouts.data
    const mended = mendFile(input, footer, file, layout, metrics)
    const left = [...checkFooter(input, footer, mended.dataFile, layout), ...wrongSize(mended.dataFile, size)]
    return {...mended, left}
  } finally {
    await input.close()
  }
}
