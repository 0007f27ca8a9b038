import {isUtf8} from 'node:buffer'
import {gunzipSync, gzipSync} from 'node:zlib'
import {messageOf, refused} from '@phlo/core'
import {checkSchema} from './check-schema.js'
import {checkTableMetadata} from './check-table-metadata.js'
import {parseJson, stringifyJson} from './json.js'
import {parseWithLateSchemas} from './late-schemas.js'
import {corruptMetadata, type FieldReader, fieldReader, type JsonObject} from './metadata-checks.js'
import type {Snapshot, TableMetadata} from './table-metadata.js'
import {normaliseVersion1} from './version-1.js'

/** From this size on (bytes) schemas are parsed when they are asked for: finding where they are pays. */
const LATE_FROM = 2 ** 20

/** The newest format version whose tables are read and written. */
export const NEWEST_FORMAT_VERSION = 3

/**
 * Reads a table metadata file (spec, "Table Metadata Fields"), gzipped or not, of format version 1, 2 or 3, and checks all that
 * operations rely on. Fields that are not of the specification stay where they are, at every level; what version 1 says otherwise
 * is brought into the one shape of `TableMetadata`.
 *
 * @param path names the file in errors; nothing is read from it
 * @throws PhloError `METADATA_CORRUPT` with the file and the field; `UNSUPPORTED_FORMAT_VERSION` (refused)
 */
export function parseTableMetadata(bytes: Uint8Array, path: string): TableMetadata {
  return checkedTableMetadata(parseMetadataFile(bytes, path), path)
}

/** The JSON of a metadata file, of a table or a view, gzipped or not. @throws PhloError `METADATA_CORRUPT` */
export function parseMetadataFile(bytes: Uint8Array, path: string): unknown {
  const text = textOf(bytes, path)
  const parse = (part: Uint8Array) => parsed(part, path)
  return text.length < LATE_FROM ? parse(text) : parseWithLateSchemas(text, {parse, check: lateSchemaCheck(path)})
}

/** As `parseTableMetadata`, of metadata that are JSON already: a catalog's answer has them inside. */
export function checkedTableMetadata(json: unknown, path: string): TableMetadata {
  const reader = fieldReader(json, '', path)
  const version = reader.int('format-version')
  if (version < 1 || version > NEWEST_FORMAT_VERSION) {
    throw refused(
      'UNSUPPORTED_FORMAT_VERSION',
      `Table metadata ${path} has format version ${version}; versions 1 to ${NEWEST_FORMAT_VERSION} are supported.`,
    )
  }
  const object = version === 1 ? normaliseVersion1(reader, path) : reader.object
  const metadata = withDefaults(object, path)
  checkTableMetadata(fieldReader(metadata, '', path), path)
  return metadata as unknown as TableMetadata
}

/**
 * The JSON of a catalog's answer that has a table's metadata under the key `metadata`.
 *
 * @param path names the table in errors that come later
 * @throws SyntaxError
 */
export function parseLoadedTable(text: string, path: string): unknown {
  if (text.length < LATE_FROM) return parseJson(text)
  return parseWithLateSchemas(Buffer.from(text), {parse: jsonOf, key: 'metadata', check: lateSchemaCheck(path)})
}

const jsonOf = (text: Uint8Array): unknown => parseJson(new TextDecoder().decode(text))

const lateSchemaCheck = (path: string) => (schema: object, index: number) => {
  const where = `schemas[${index}]`
  checkSchema(fieldReader(schema, where, path), where, path)
}

/**
 * The bytes of a metadata file: JSON with the keys in the order in which they are held, gzipped when the path's name says so
 * (spec, "Naming for GZIP compressed Metadata JSON files"). Version 1 gets the fields back that only it has.
 */
export function serializeTableMetadata(metadata: TableMetadata, path: string): Uint8Array {
  const json = stringifyJson(metadata['format-version'] === 1 ? asVersion1(metadata) : metadata)
  const bytes = Buffer.from(json)
  return isGzipName(path) ? gzipSync(bytes) : bytes
}

/** True for `….metadata.json.gz` and `….gz.metadata.json`. */
export function isGzipName(path: string): boolean {
  return path.endsWith('.gz') || path.endsWith('.gz.metadata.json')
}

/** The bytes of the text, which is UTF-8. */
function textOf(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes.length === 0) throw corruptMetadata(path, 'the file is empty')
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const text = gzipped ? unzipped(bytes, path) : bytes
  if (!isUtf8(text)) throw corruptMetadata(path, 'it is not UTF-8 text')
  return text
}

function unzipped(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes)
  } catch (error) {
    throw corruptMetadata(path, `its gzip data is damaged (${messageOf(error)})`, error)
  }
}

function parsed(text: Uint8Array, path: string): unknown {
  try {
    return jsonOf(text)
  } catch (error) {
    throw corruptMetadata(path, `it is not JSON or is cut short (${messageOf(error)})`, error)
  }
}

/** Optional fields that operations read are given their defaults, so that a missing list and an empty one are one thing. */
function withDefaults(object: JsonObject, path: string): JsonObject {
  const current = object['current-snapshot-id']
  const {'current-snapshot-id': _, ...rest} = object
  // Java writes -1 for "none" in versions 1 and 2, and null in version 3.
  const currentId = current === null || current === undefined || current === -1n ? undefined : current
  const refs = {...optionalObject(object, 'refs', path)}
  if (currentId !== undefined && refs['main'] === undefined) refs['main'] = {'snapshot-id': currentId, type: 'branch'}
  return {
    ...(currentId === undefined ? rest : object),
    properties: optionalObject(object, 'properties', path),
    snapshots: object['snapshots'] === undefined ? [] : numberedSnapshots(fieldReader(object, '', path)),
    'snapshot-log': object['snapshot-log'] ?? [],
    'metadata-log': object['metadata-log'] ?? [],
    refs,
  }
}

/** Snapshots from before a table was upgraded have no sequence number, which means 0; other writers leave a 0 out in every version. */
function numberedSnapshots(reader: FieldReader): readonly JsonObject[] {
  return reader.list('snapshots').map(({object}) => ({...object, 'sequence-number': object['sequence-number'] ?? 0n}))
}

function optionalObject(object: JsonObject, key: string, path: string): JsonObject {
  const value = object[key]
  return value === undefined || value === null ? {} : fieldReader(value, key, path).object
}

function asVersion1(metadata: TableMetadata): JsonObject {
  const {'last-sequence-number': _, ...rest} = metadata
  return {
    ...rest,
    schema: metadata.schemas.find((schema) => schema['schema-id'] === metadata['current-schema-id']),
    'partition-spec': metadata['partition-specs'].find((spec) => spec['spec-id'] === metadata['default-spec-id'])?.fields,
    snapshots: metadata.snapshots.map(snapshotAsVersion1),
  }
}

function snapshotAsVersion1(snapshot: Snapshot): JsonObject {
  const {'sequence-number': sequenceNumber, ...rest} = snapshot
  return sequenceNumber === 0n ? rest : {...snapshot}
}
