import {ExitCode, type FileIO, isPhloError, messageOf, PhloError} from '@phlo/core'
import {type AvroSchema, avroCodec, type CodecOptions} from './avro-schema.js'
import type {Decompress} from './codecs.js'
import {type Block, openContainer} from './container.js'
import type {Cursor} from './cursor.js'
import {type Placed, placeRecords, type Walk} from './places.js'

/** Records that are decoded at a time, so that a file of one huge block takes no more memory than others. */
const BATCH = 1000

/** An Avro object container file that is being read. */
interface Opened {
  /** The header's key-value metadata. */
  readonly metadata: ReadonlyMap<string, string>
  /** Bytes. */
  readonly size: number
  /** For whoever does not begin with the content after all. */
  close(): Promise<void>
}

export interface AvroFile extends Opened {
  /** The records in batches; see `avroCodec` for their shape. Closes the file at the end, also when it is left early. */
  batches(): AsyncIterable<readonly unknown[]>
}

export interface AvroBlocks extends Opened {
  /** The file's schema, as its header has it. */
  readonly schema: string
  /** The blocks, decompressed. Closes the file at the end, also when it is left early. */
  blocks(): AsyncIterable<RecordBytes>
}

export interface RecordBytes {
  /** Records. */
  readonly count: number
  readonly bytes: Buffer
}

/**
 * Opens an Avro file for those who decode its records themselves, and reads its header and what lies beside it.
 *
 * @param size bytes, when known
 * @throws PhloError `FILE_NOT_FOUND` and the other errors of the FileIO; `MANIFEST_CORRUPT` for a file that is not Avro, is cut
 *   short or damaged, here or while it is read
 */
export async function openAvroBlocks(io: FileIO, path: string, size?: number): Promise<AvroBlocks> {
  const file = await io.open(path, size === undefined ? undefined : {size})
  try {
    const {metadata, codec, decompress, blocks} = await openContainer(file)
    if (!decompress) throw new RangeError(`its compression codec ${JSON.stringify(codec)} is not supported`)
    return {
      metadata,
      size: file.size,
      schema: metadata.get('avro.schema') ?? '',
      close: () => file.close(),
      async *blocks() {
        try {
          const rest = blocks()[Symbol.asyncIterator]()
          for (;;) {
            const block = await nextBlock(rest, decompress).catch((error: unknown) => {
              throw corruptManifest(path, error)
            })
            if (!block) break
            yield block
          }
        } finally {
          await file.close()
        }
      },
    }
  } catch (error) {
    await file.close()
    throw corruptManifest(path, error)
  }
}

/** As `openAvroBlocks`, with the records decoded: for files that are written anew, and whatever is not read often. */
export async function openAvroFile(io: FileIO, path: string, options: CodecOptions): Promise<AvroFile> {
  const {blocks, schema, ...opened} = await openAvroBlocks(io, path)
  try {
    const type = await avroCodec(JSON.parse(schema) as AvroSchema, options)
    const decode = namingManifest(path, (bytes: Buffer, from: number, count: number) => {
      const records: unknown[] = []
      let end = from
      for (let index = 0; index < count; index++) {
        const decoded = type.decode(bytes, end)
        if (decoded.offset < 0) throw new RangeError('a record is cut short')
        end = decoded.offset
        records.push(decoded.value)
      }
      return {records, end}
    })
    return {
      ...opened,
      async *batches() {
        for await (const {count, bytes} of blocks()) {
          let offset = 0
          for (let done = 0; done < count; done += BATCH) {
            const batch = decode(bytes, offset, Math.min(BATCH, count - done))
            offset = batch.end
            if (done + BATCH >= count && offset !== bytes.length) throw corruptManifest(path, new RangeError(LONGER))
            yield batch.records
          }
        }
      },
    }
  } catch (error) {
    await opened.close()
    throw corruptManifest(path, error)
  }
}

const LONGER = 'a block is longer than its records'

/**
 * Walks over the records of a file, some at a time, so that a file of one huge block takes no more memory than others.
 *
 * @param pass moves over the next record if it is of no interest, and returns whether it did; by default all are
 * @throws PhloError `MANIFEST_CORRUPT` naming the file
 */
export async function* placedRecords(
  path: string,
  {blocks}: AvroBlocks,
  walk: Walk,
  {pass = () => false, batch = BATCH}: {readonly pass?: (cursor: Cursor) => boolean; readonly batch?: number} = {},
): AsyncIterable<Placed> {
  const place = namingManifest(path, (cursor: Cursor, count: number, isLast: boolean) => {
    const placed = count > 0 ? placeRecords(walk, cursor, count) : undefined
    if (isLast && cursor.at !== cursor.bytes.length) throw new RangeError(LONGER)
    return placed
  })
  for await (const {count, bytes} of blocks()) {
    // A record that is of use to anybody takes a byte at least.
    if (count > bytes.length) throw corruptManifest(path, new RangeError(`a block claims to have ${count} records`))
    const cursor: Cursor = {bytes, at: 0}
    for (let done = 0; done < count; ) {
      const some = pass(cursor) ? 0 : Math.min(batch, count - done)
      done += Math.max(1, some)
      const placed = place(cursor, some, done >= count)
      if (placed) yield placed
    }
  }
}

/** The error for a manifest or manifest list that cannot be read; errors of the store pass as they are. */
export function corruptManifest(path: string, error: unknown): unknown {
  if (isPhloError(error)) return error
  return new PhloError(`Manifest ${path} cannot be read: ${messageOf(error)}.`, {
    code: 'MANIFEST_CORRUPT',
    exit: ExitCode.unavailable,
    cause: error,
  })
}

/** The same function, whose errors are those of `corruptManifest`. */
export function namingManifest<Given extends readonly unknown[], T>(path: string, read: (...given: Given) => T): (...given: Given) => T {
  return (...given) => {
    try {
      return read(...given)
    } catch (error) {
      throw corruptManifest(path, error)
    }
  }
}

async function nextBlock(blocks: AsyncIterator<Block>, decompress: Decompress) {
  const next = await blocks.next()
  if (next.done) return undefined
  const {count} = next.value
  const data = decompress(next.value.data)
  if (count === 0 && data.length > 0) throw new RangeError('a block without records is not empty')
  return {count, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength)}
}
