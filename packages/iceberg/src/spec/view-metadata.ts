import {refused} from '@phlo/core'
import {checkSchema} from './check-schema.js'
import {checkStringMap, checkUnique, fieldReader} from './metadata-checks.js'
import type {Schema} from './types.js'

/** Metadata of a view as it stands in the JSON file (view spec, "View Metadata"): the keys are the spec's, unknown keys stay where they are. */
export interface ViewMetadata {
  readonly 'view-uuid': string
  readonly 'format-version': number
  readonly location: string
  readonly schemas: readonly Schema[]
  readonly 'current-version-id': number
  readonly versions: readonly ViewVersion[]
  readonly 'version-log': readonly {readonly 'timestamp-ms': number; readonly 'version-id': number}[]
  readonly properties: Readonly<Record<string, string>>
}

/** What a view was at a time (view spec, "Versions"). */
export interface ViewVersion {
  readonly 'version-id': number
  readonly 'schema-id': number
  /** Milliseconds since the epoch. */
  readonly 'timestamp-ms': number
  readonly summary: Readonly<Record<string, string>>
  readonly representations: readonly ViewRepresentation[]
  /** Where names of the SQL are looked up that say no catalog; default: the view's own. */
  readonly 'default-catalog'?: string | null
  readonly 'default-namespace': readonly string[]
}

/** The view in one language; SQL is the only `type` of the specification. */
export interface ViewRepresentation {
  readonly type: string
  readonly sql?: string
  readonly dialect?: string
}

/** The newest version of view metadata there is. */
const VERSION = 1

/**
 * Checks metadata of a view that was read as `parseJson` reads it.
 *
 * @param path names the file in errors; nothing is read from it
 * @throws PhloError `METADATA_CORRUPT` with the file and the field; `UNSUPPORTED_FORMAT_VERSION` (refused)
 */
export function checkedViewMetadata(json: unknown, path: string): ViewMetadata {
  const reader = fieldReader(json, '', path)
  const version = reader.int('format-version')
  if (version !== VERSION) {
    throw refused('UNSUPPORTED_FORMAT_VERSION', `View metadata ${path} has format version ${version}; version ${VERSION} is supported.`)
  }
  for (const key of ['view-uuid', 'location']) reader.string(key)
  checkStringMap(reader, 'properties')
  const schemas = reader.list('schemas')
  for (const [index, schema] of schemas.entries()) checkSchema(schema, `schemas[${index}]`, path)
  const schemaIds = schemas.map((schema) => schema.int('schema-id'))
  const versions = reader.list('versions')
  for (const one of versions) {
    one.int('timestamp-ms')
    checkStringMap(one, 'summary')
    if (!schemaIds.includes(one.int('schema-id'))) one.fail('schema-id', 'is not among schemas')
    for (const representation of one.list('representations')) {
      representation.string('type')
      representation.optionalString('sql')
      representation.optionalString('dialect')
    }
  }
  const ids = versions.map((one) => one.int('version-id'))
  checkUnique(reader, 'versions', ids)
  if (!ids.includes(reader.int('current-version-id'))) reader.fail('current-version-id', 'is not among versions')
  return {
    ...reader.object,
    'version-log': reader.object['version-log'] ?? [],
    properties: reader.object['properties'] ?? {},
  } as unknown as ViewMetadata
}
