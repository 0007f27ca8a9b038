import type {FileIO} from '@phlo/core'
import type {AvroSchema} from '../../avro/avro-schema.js'
import type {WriteCodec} from '../../avro/codecs.js'
import {corruptManifest, openAvroFile} from '../../avro/container-reader.js'
import {createAvroFile} from '../../avro/container-writer.js'

/** A record as it stands in a file: by `f<field id>`, or by `n_<name>` where the file has no ids. */
export type StoredRecord = Record<string, unknown>

/** The name of a field in stored records, whether the file has ids or not. */
export const keyOf = (record: StoredRecord, id: number, name: string) => (`f${id}` in record ? `f${id}` : `n_${name}`)

/**
 * Writes an Avro file anew with some values changed and everything else as it was: schema, header, nulls that are inherited, fields
 * that nobody here knows.
 *
 * @returns the length in bytes
 * @throws PhloError `MANIFEST_CORRUPT`, and the errors of both FileIOs; nothing is left then
 */
export async function rewriteAvro(
  from: {readonly io: FileIO; readonly path: string},
  to: {readonly io: FileIO; readonly path: string},
  bigintFields: ReadonlySet<number>,
  change: (record: StoredRecord) => StoredRecord | Promise<StoredRecord>,
): Promise<number> {
  const file = await openAvroFile(from.io, from.path, {bigintFields})
  const {'avro.schema': schema = '', 'avro.codec': codec, ...header} = Object.fromEntries(file.metadata)
  const options = {
    schema: JSON.parse(schema) as AvroSchema,
    bigintFields,
    metadata: new Map(Object.entries(header)),
    codec: written(codec),
  }
  const writer = await createAvroFile(to.io, to.path, options).catch(async (error: unknown) => {
    await file.close()
    throw error
  })
  try {
    for await (const batch of file.batches()) {
      for (const record of batch) await writer.append(await change({...(record as StoredRecord)}))
    }
    return await writer.close()
  } catch (error) {
    await writer.abort()
    throw corruptManifest(from.path, error)
  }
}

/** The file's own codec; snappy is not written. */
const written = (codec: string | undefined): WriteCodec => (codec === 'null' || codec === 'zstandard' ? codec : 'deflate')
