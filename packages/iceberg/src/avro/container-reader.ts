import {ExitCode, type FileIO, isPhloError, messageOf, PhloError} from '@phlo/core'
import {type AvroSchema, avroCodec, type CodecOptions} from './avro-schema.js'
import type {Decompress} from './codecs.js'
import {type Block, openContainer} from './container.js'

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
    const {metadata, codec, decompress, blocks} = await openContainer(file)
    if (!decompress) throw new RangeError(`its compression codec ${JSON.stringify(codec)} is not supported`)
    const type = await avroCodec(JSON.parse(metadata.get('avro.schema') ?? '') as AvroSchema, options)
    return {
      metadata,
      close: () => file.close(),
      async *batches() {
        try {
          const rest = blocks()[Symbol.asyncIterator]()
          for (;;) {
            const block = await attempt(path, () => nextBlock(rest, decompress))
            if (!block) break
            const {count, bytes} = block
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

async function nextBlock(blocks: AsyncIterator<Block>, decompress: Decompress) {
  const next = await blocks.next()
  if (next.done) return undefined
  const {count} = next.value
  const data = decompress(next.value.data)
  if (count === 0 && data.length > 0) throw new RangeError('a block without records is not empty')
  return {count, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength)}
}
