import type {InputFile} from '@phlo/core'
import {type ByteReader, byteReader} from './byte-reader.js'
import {type Decompress, decompressor} from './codecs.js'

const MAGIC = 'Obj\u0001'

/** An Avro object container file whose header was read. */
export interface Container {
  /** The header's key-value metadata. */
  readonly metadata: ReadonlyMap<string, string>
  /** The name of the compression codec. */
  readonly codec: string
  /** Undefined for a codec that is not supported. */
  readonly decompress: Decompress | undefined
  /** The blocks from here to the end; their data, which is compressed, is valid until the next is asked for. */
  blocks(): AsyncIterable<Block>
}

export interface Block {
  /** Records. */
  readonly count: number
  readonly data: Buffer
  /** Where the data begins in the file. */
  readonly start: number
}

/**
 * Reads the header of an Avro file.
 *
 * @throws RangeError for a file that is not Avro or damaged, here or while blocks are read; the errors of the FileIO
 */
export async function openContainer(file: InputFile): Promise<Container> {
  const reader = byteReader(file)
  const {metadata, sync} = await readHeader(reader)
  const codec = metadata.get('avro.codec') ?? 'null'
  return {
    metadata,
    codec,
    decompress: await decompressor(codec),
    async *blocks() {
      while (!reader.atEnd()) yield await readBlock(reader, sync)
    },
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

async function readBlock(reader: ByteReader, sync: Buffer): Promise<Block> {
  const count = await reader.takeLong()
  const size = await reader.takeLong()
  if (count < 0 || size < 0) throw new RangeError(`a block claims to have ${count} records in ${size} bytes`)
  const start = reader.position()
  const bytes = await reader.take(size + 16)
  if (!bytes.subarray(size).equals(sync)) throw new RangeError('a block does not end with the sync marker')
  return {count, data: bytes.subarray(0, size), start}
}
