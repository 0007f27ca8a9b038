import {randomUUID} from 'node:crypto'
import {type FileIO, usage} from '@phlo/core'
import type {TableMetadata} from '../spec/table-metadata.js'
import {parseMetadataFile, parseTableMetadata, serializeTableMetadata} from '../spec/table-metadata-json.js'
import {checkedViewMetadata, type ViewMetadata} from '../spec/view-metadata.js'

/** The folder of a table's metadata: `write.metadata.path`, else `metadata` below its location. No slash at the end. */
export function metadataFolderOf(metadata: Pick<TableMetadata, 'location' | 'properties'>): string {
  return (metadata.properties['write.metadata.path'] ?? `${metadata.location.replace(/\/+$/, '')}/metadata`).replace(/\/+$/, '')
}

/**
 * A path for the metadata file that follows `previous`: `00003-<uuid>.metadata.json`, or `….gz.metadata.json` when
 * `write.metadata.compression-codec` is `gzip`. The number only helps people; the uuid makes it unique.
 *
 * @throws PhloError `INVALID_PROPERTY` for another codec
 */
export function nextMetadataPath(metadata: Pick<TableMetadata, 'location' | 'properties'>, previous?: string): string {
  const version = previous === undefined ? 0 : versionOf(previous) + 1
  const codec = (metadata.properties['write.metadata.compression-codec'] ?? 'none').toLowerCase()
  if (codec !== 'none' && codec !== 'gzip') {
    throw usage('INVALID_PROPERTY', `write.metadata.compression-codec is ${JSON.stringify(codec)}: it can be none or gzip.`)
  }
  const name = `${String(version).padStart(5, '0')}-${randomUUID()}${codec === 'gzip' ? '.gz' : ''}.metadata.json`
  return `${metadataFolderOf(metadata)}/${name}`
}

/** The number of `00003-<uuid>.metadata.json` or `v3.metadata.json`; -1 when the name has none. */
function versionOf(path: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const match = /^(?:(\d+)-|v(\d+)\.)/.exec(name)
  return match ? Number(match[1] ?? match[2]) : -1
}

/** Reads and checks a metadata file. Errors as `parseTableMetadata`, and those of the FileIO. */
export async function readTableMetadata(io: FileIO, path: string): Promise<TableMetadata> {
  return parseTableMetadata(await io.readAll(path), path)
}

/** The same of a view. Errors as `checkedViewMetadata`. */
export async function readViewMetadata(io: FileIO, path: string): Promise<ViewMetadata> {
  return checkedViewMetadata(parseMetadataFile(await io.readAll(path), path), path)
}

/** Writes a metadata file that must not exist yet; it is there, whole and durable, when the promise resolves. */
export async function writeTableMetadata(io: FileIO, path: string, metadata: TableMetadata): Promise<void> {
  const output = await io.create(path)
  try {
    await output.write(serializeTableMetadata(metadata, path))
    await output.close()
  } catch (error) {
    await output.abort()
    throw error
  }
}
