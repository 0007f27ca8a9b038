import {ExitCode, type FileIO, isPhloError, messageOf, PhloError} from '@phlo/core'
import {type AvroSchema, avroCodec, type CodecOptions} from './avro-schema.js'
import {type ByteReader, byteReader} from './byte-reader.js'
import {decompressor} from './codecs.js'

const MAGIC = 'Obj\u0001'
/** Records that are decoded at a time, so that a file of one huge block takes no more memory than others. */
const BATCH = 1000

/** An Avro object container file that is being read. */
export interface AvroFile {
  /** The header's key-value metadata. */
  readonly metadata: ReadonlyMap<string, string>
  /** The records in batches; see `avroCodec` for their shape. Closes the file at the end, also when it is left early. */
  batches(): AsyncIterable<readonly unknown[]>
  /** For whoever does not begin with the records after all. */
  close(): Promise<void>
}

/**
 * Opens an Avro file and reads its header.
 *
 * @param size bytes, when known
 * @throws PhloError `FILE_NOT_FOUND` and the other errors of the FileIO; `MANIFEST_CORRUPT` for a file that is not Avro, is cut
 *   short or damaged, here or while it is read
 */
export async function openAvroFile(io: FileIO, path: string, options: CodecOptions & {readonly size?: number}): Promise<AvroFile> {
  const file = await io.open(path, options.size === undefined ? undefined : {size: options.size})
  try {
    const reader = byteReader(file)
    const {metadata, sync} = await readHeader(reader)
    const codecName = metadata.get('avro.codec') ?? 'null'
    const decompress = await decompressor(codecName)
    if (!decompress) throw new RangeError(`its compression codec ${JSON.stringify(codecName)} is not supported`)
    const type = await avroCodec(JSON.parse(metadata.get('avro.schema') ?? '') as AvroSchema, options)
    return {
      metadata,
      close: () => file.close(),
      async *batches() {
        try {
          while (!reader.atEnd()) {
            const {count, bytes} = await attempt(path, async () => {
              const block = await readBlock(reader, sync)
              const data = decompress(block.data)
              if (block.count === 0 && data.length > 0) throw new RangeError('a block without records is not empty')
              return {count: block.count, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength)}
            })
            let offset = 0
            for (let done = 0; done < count; done += BATCH) {
              const batch: unknown[] = []
              await attempt(path, async () => {
                for (let index = done; index < Math.min(count, done + BATCH); index++) {
                  const decoded = type.decode(bytes, offset)
                  if (decoded.offset < 0) throw new RangeError('a record is cut short')
                  offset = decoded.offset
                  batch.push(decoded.value)
                }
                if (done + BATCH >= count && offset !== bytes.length) throw new RangeError('a block is longer than its records')
              })
              yield batch
            }
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

/** The error for a manifest or manifest list that cannot be read; errors of the store pass as they are. */
export function corruptManifest(path: string, error: unknown): unknown {
  if (isPhloError(error)) return error
  return new PhloError(`Manifest ${path} cannot be read: ${messageOf(error)}.`, {
    code: 'MANIFEST_CORRUPT',
    exit: ExitCode.unavailable,
    cause: error,
  })
}

async function attempt<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw corruptManifest(path, error)
  }
}

async function readHeader(reader: ByteReader): Promise<{readonly metadata: ReadonlyMap<string, string>; readonly sync: Buffer}> {
  if ((await reader.take(4)).toString('latin1') !== MAGIC) throw new RangeError('it is not an Avro file')
  const metadata = new Map<string, string>()
  for (let count = await reader.takeLong(); count !== 0; count = await reader.takeLong()) {
    // A negative count is followed by the size of the block in bytes.
    if (count < 0) await reader.takeLong()
    for (let index = 0; index < Math.abs(count); index++) {
      const key = (await reader.take(await reader.takeLong())).toString()
      metadata.set(key, (await reader.take(await reader.takeLong())).toString())
    }
  }
  return {metadata, sync: Buffer.from(await reader.take(16))}
}

async function readBlock(reader: ByteReader, sync: Buffer): Promise<{readonly count: number; readonly data: Buffer}> {
  const count = await reader.takeLong()
  const size = await reader.takeLong()
  if (count < 0 || size < 0) throw new RangeError(`a block claims to have ${count} records in ${size} bytes`)
  const bytes = await reader.take(size + 16)
  if (!bytes.subarray(size).equals(sync)) throw new RangeError('a block does not end with the sync marker')
  return {count, data: bytes.subarray(0, size)}
}
