import {type FileIO, refused} from '@phlo/core'
import {DELETION_VECTOR} from '../../deletes/deletion-vector.js'
import {fileRows} from '../../parquet/file-rows.js'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from '../../parquet/leaves.js'
import {mappingByName} from '../../parquet/name-mapping.js'
import {createParquetFile, parquetWriteOptions} from '../../parquet/write-file.js'
import {TRAILER} from '../../puffin/format.js'
import {readPuffinFooter} from '../../puffin/read.js'
import {footerBytes} from '../../puffin/write.js'
import {DELETED_FILE_PATH, DELETED_POSITION, DELETED_ROW_ID} from '../../spec/reserved-fields.js'
import type {Schema} from '../../spec/types.js'
import {copyBytes} from './copy-bytes.js'
import type {Move} from './prefix.js'
import {keyOf, rewriteAvro} from './rewrite-avro.js'

/** A delete file and where it is written. */
export interface DeleteFileMove {
  readonly io: FileIO
  readonly path: string
  /** Bytes, as the manifest has it. */
  readonly size: number
  /** `PARQUET`, `AVRO`, `PUFFIN`. */
  readonly format: string
  readonly staged: {readonly io: FileIO; readonly path: string}
  readonly properties: Readonly<Record<string, string>>
  readonly move: Move
}

/** What the manifest has to say of a delete file that was written anew. */
export interface MovedDeletes {
  /** Bytes. */
  readonly size: number
  readonly splitOffsets: readonly number[] | null
  /** Of `file_path`; undefined for a deletion vector. */
  readonly bounds?: {readonly lower: Uint8Array; readonly upper: Uint8Array}
}

const SCHEMA: Schema = {type: 'struct', fields: [DELETED_FILE_PATH, DELETED_POSITION]}
const LAYOUT = {leaves: leavesOf(SCHEMA), mapping: mappingByName(SCHEMA), defaultOf: () => undefined}

/**
 * Writes a file of position deletes or deletion vectors anew, with the paths of the data files in it moved. Rows of position deletes
 * stay in their order, which a common prefix does not change; copies of deleted rows, which nothing needs, are left out.
 *
 * @throws PhloError `FORMAT_NOT_READ`, `PATH_OUTSIDE_PREFIX` (exit 6); `PARQUET_CORRUPT`, `PUFFIN_CORRUPT`
 */
export function moveDeletes(file: DeleteFileMove): Promise<MovedDeletes> {
  switch (file.format) {
    case 'PARQUET':
      return moveParquet(file)
    case 'AVRO':
      return moveAvro(file)
    case 'PUFFIN':
      return movePuffin(file)
    default:
      throw refused('FORMAT_NOT_READ', `${file.path} is an ${file.format} file of position deletes, whose paths cannot be rewritten.`)
  }
}

/** Moves paths that come again and again, and knows the least and the greatest of them. */
function pathMover({path: file, move}: DeleteFileMove) {
  const known = new Map<string, Buffer>()
  const moved = (text: string) => {
    const found = known.get(text) ?? Buffer.from(move.file(text, `in ${file}`))
    known.set(text, found)
    return found
  }
  const bounds = () => {
    const sorted = [...known.values()].sort(Buffer.compare)
    const [lower, upper] = [sorted[0], sorted.at(-1)]
    return lower && upper ? {bounds: {lower, upper}} : {}
  }
  return {moved, bounds}
}

async function moveParquet(file: DeleteFileMove): Promise<MovedDeletes> {
  const options = {...parquetWriteOptions(file.properties, SCHEMA), metrics: () => ({kind: 'full'}) as const}
  const {moved, bounds} = pathMover(file)
  const writer = await createParquetFile(file.staged.io, file.staged.path, SCHEMA, options)
  try {
    for await (const {rows, read} of fileRows(file.io, {path: file.path, size: file.size}, LAYOUT)) {
      const column = (leaf: Leaf): LeafValues => {
        const {values} = read(leaf)
        if (leaf.fieldId !== DELETED_FILE_PATH.id) return {leaf, values, rows}
        const texts = Array.from(values as ArrayLike<PhysicalValue>, (bytes) => moved(Buffer.from(bytes as Uint8Array).toString('utf8')))
        return {leaf, values: texts, rows}
      }
      await writer.writeRowGroup(rows, column)
    }
    const {size, splitOffsets} = await writer.close()
    return {size, splitOffsets, ...bounds()}
  } catch (error) {
    await writer.abort()
    throw error
  }
}

async function moveAvro(file: DeleteFileMove): Promise<MovedDeletes> {
  const {moved, bounds} = pathMover(file)
  const size = await rewriteAvro(file, file.staged, new Set([DELETED_POSITION.id, DELETED_ROW_ID]), (record) => {
    const key = keyOf(record, DELETED_FILE_PATH.id, DELETED_FILE_PATH.name)
    return {...record, [key]: moved(record[key] as string).toString('utf8')}
  })
  return {size, splitOffsets: null, ...bounds()}
}

/** Blobs stay where they are in the file; only the footer after them names data files (Puffin spec, "deletion-vector-v1 blob type"). */
async function movePuffin({io, path, staged, move}: DeleteFileMove): Promise<MovedDeletes> {
  const file = await io.open(path)
  try {
    const footer = await readPuffinFooter(file)
    const payload = Buffer.from(await file.read(file.size - TRAILER, 4)).readInt32LE()
    const blobs = footer.blobs.map((blob) => {
      const referenced = blob.properties?.['referenced-data-file']
      if (blob.type !== DELETION_VECTOR || referenced === undefined) return blob
      return {...blob, properties: {...blob.properties, 'referenced-data-file': move.file(referenced, `in ${path}`)}}
    })
    const output = await staged.io.create(staged.path)
    try {
      // The footer begins with a magic of its own.
      await copyBytes(file, output, file.size - TRAILER - payload - 4)
      await output.write(footerBytes({...footer, blobs}))
      await output.close()
      return {size: output.bytesWritten, splitOffsets: null}
    } catch (error) {
      await output.abort()
      throw error
    }
  } finally {
    await file.close()
  }
}
