import {randomBytes} from 'node:crypto'
import type {FileIO} from '@phlo/core'
import {type AvroSchema, avroCodec} from './avro-schema.js'
import {compress, type WriteCodec} from './codecs.js'

/** Bytes of records, before compression, that make a block; the default of Avro's Java library. */
const BLOCK = 64_000

/** An Avro object container file that is being written. */
export interface AvroWriter {
  /** Bytes so far, with what is not compressed yet: an estimate until it is closed. */
  readonly length: number
  /** Adds a record in the shape that `avroCodec` describes. */
  append(record: unknown): Promise<void>
  /** Durable and visible when it resolves; returns the length in bytes. */
  close(): Promise<number>
  abort(): Promise<void>
}

/**
 * Creates an Avro file. The header has the schema as it is given, with all of Iceberg's attributes: avsc's own encoder would
 * drop them.
 */
export async function createAvroFile(
  io: FileIO,
  path: string,
  options: {
    readonly schema: AvroSchema
    readonly bigintFields: ReadonlySet<number>
    readonly metadata: ReadonlyMap<string, string>
    readonly codec?: WriteCodec
  },
): Promise<AvroWriter> {
  const codec = options.codec ?? 'deflate'
  const type = await avroCodec(options.schema, {bigintFields: options.bigintFields})
  const sync = randomBytes(16)
  const output = await io.create(path)
  let pending: Buffer[] = []
  let pendingBytes = 0
  const flush = async () => {
    if (pending.length === 0) return
    const data = compress(codec, Buffer.concat(pending))
    await output.write(Buffer.concat([long(pending.length), long(data.length), data, sync]))
    pending = []
    pendingBytes = 0
  }
  const abort = () => output.abort()
  const orAbort = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      await abort()
      throw error
    }
  }
  await orAbort(() => output.write(header(options.schema, options.metadata, codec, sync)))
  return {
    get length() {
      return output.bytesWritten + pendingBytes
    },
    append: (record) =>
      orAbort(async () => {
        const bytes = type.toBuffer(record)
        pending.push(bytes)
        pendingBytes += bytes.length
        if (pendingBytes >= BLOCK) await flush()
      }),
    close: () =>
      orAbort(async () => {
        await flush()
        await output.close()
        return output.bytesWritten
      }),
    abort,
  }
}

function header(schema: AvroSchema, metadata: ReadonlyMap<string, string>, codec: string, sync: Buffer): Buffer {
  const entries = [...metadata, ['avro.schema', JSON.stringify(schema)] as const, ['avro.codec', codec] as const]
  const parts = entries.flatMap(([key, value]) => [text(key), text(value)])
  return Buffer.concat([Buffer.from('Obj\u0001', 'latin1'), long(entries.length), ...parts, long(0), sync])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([long(bytes.length), bytes])
}

/** A zigzag varint of a length or count, which is never negative. */
function long(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt(value) * 2n
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}
