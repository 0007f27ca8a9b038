import {formatTableName} from '@phlo/core'
import type {IcebergView} from '../view.js'
import {type ColumnDescription, columnOf} from './describe.js'

/** A view as `table show` tells it. */
export interface ViewDescription {
  readonly view: string
  readonly catalog: string
  readonly formatVersion: number
  readonly uuid: string
  readonly location: string
  readonly metadataLocation: string
  readonly columns: readonly ColumnDescription[]
  /** What it is now, and how many versions are kept. */
  readonly version: {readonly id: number; readonly timestamp: number; readonly engine: string | null; readonly kept: number}
  readonly sql: readonly {readonly dialect: string; readonly text: string}[]
  /** Where names of the SQL are looked up that say no catalog, or no namespace. */
  readonly defaultCatalog: string | null
  readonly defaultNamespace: string
  readonly properties: Readonly<Record<string, string>>
}

/** Describes the current version of a view. */
export function describeView({name, catalog, location, metadata, metadataLocation}: IcebergView): ViewDescription {
  const id = metadata['current-version-id']
  const version = metadata.versions.find((one) => one['version-id'] === id)
  const {'default-catalog': defaultCatalog, 'default-namespace': defaultNamespace = [], representations = [], summary = {}} = version ?? {}
  return {
    view: formatTableName(name),
    catalog,
    formatVersion: metadata['format-version'],
    uuid: metadata['view-uuid'],
    location,
    metadataLocation,
    columns: (metadata.schemas.find((schema) => schema['schema-id'] === version?.['schema-id'])?.fields ?? []).map(columnOf),
    version: {
      id,
      timestamp: version?.['timestamp-ms'] ?? 0,
      engine: [summary['engine-name'], summary['engine-version']].filter(Boolean).join(' ') || null,
      kept: metadata.versions.length,
    },
    sql: representations.flatMap(({type, dialect = '', sql = ''}) => (type === 'sql' ? [{dialect, text: sql}] : [])),
    defaultCatalog: defaultCatalog ?? null,
    defaultNamespace: defaultNamespace.join('.'),
    properties: metadata.properties,
  }
}
