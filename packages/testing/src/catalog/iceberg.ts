import {ok} from 'node:assert/strict'
import type {FileIO, LakehouseResource, TableName} from '@phlo/core'

interface Field {
  readonly id: number
  readonly name: string
}

/** What the suite looks at of a table's metadata, in the words of the specification. */
export interface Metadata {
  readonly 'table-uuid': string
  readonly location: string
  readonly 'last-updated-ms': number
  readonly 'last-column-id': number
  readonly 'current-schema-id': number
  readonly schemas: readonly {readonly 'schema-id'?: number; readonly fields: readonly Field[]}[]
  readonly properties: Readonly<Record<string, string>>
  readonly 'metadata-log': readonly {readonly 'metadata-file': string; readonly 'timestamp-ms': number}[]
}

export interface Loaded {
  readonly metadataLocation: string
  readonly metadata: Metadata
  readonly io: FileIO
}

/** The part of an Iceberg catalog that commits: what `icebergLakehouse(catalog)` has as its `catalog`. */
export interface Committing {
  loadTable(name: TableName): Promise<Loaded>
  commitTable(name: TableName, requirements: readonly object[], updates: readonly object[]): Promise<Loaded>
}

/** The catalog within a lakehouse. */
export function committing(lake: LakehouseResource): Committing {
  const {catalog} = lake as {readonly catalog?: Committing}
  ok(catalog, 'the lakehouse has no catalog to commit to: open it with icebergLakehouse(catalog), or say that it cannot commit')
  return catalog
}

/** A commit that only one can make: it adds a column to the table as it was loaded. */
export function addColumn(client: Committing, name: TableName, {metadata}: Loaded, column: string): Promise<Loaded> {
  const current = currentSchema(metadata)
  const field = {id: metadata['last-column-id'] + 1, name: column, required: false, type: 'string'}
  return client.commitTable(
    name,
    [
      {type: 'assert-table-uuid', uuid: metadata['table-uuid']},
      {type: 'assert-current-schema-id', 'current-schema-id': metadata['current-schema-id']},
    ],
    [
      {action: 'add-schema', schema: {...current, fields: [...(current?.fields ?? []), field]}, 'last-column-id': field.id},
      {action: 'set-current-schema', 'schema-id': -1},
    ],
  )
}

/** A commit that everybody can make: it sets a property of the table as it is. */
export const setProperty = (client: Committing, name: TableName, key: string): Promise<Loaded> =>
  client.commitTable(name, [], [{action: 'set-properties', updates: {[key]: 'x'}}])

const currentSchema = (metadata: Metadata) =>
  metadata.schemas.find((schema) => (schema['schema-id'] ?? 0) === metadata['current-schema-id'])

/** The columns of the table as it is, but for those that it was made with. */
export const columnsOf = ({metadata}: Loaded): readonly string[] => (currentSchema(metadata)?.fields ?? []).map(({name}) => name)

/** Metadata files of a table that nothing refers to: what commits that were not made have left. */
export async function strayMetadata({metadata, metadataLocation, io}: Loaded): Promise<readonly string[]> {
  const known = new Set([...metadata['metadata-log'].map((entry) => nameOf(entry['metadata-file'])), nameOf(metadataLocation)])
  const found: string[] = []
  for await (const page of io.list(metadataLocation.slice(0, metadataLocation.lastIndexOf('/') + 1))) {
    found.push(...page.map(({path}) => nameOf(path)).filter((name) => name.includes('.metadata.json') && !known.has(name)))
  }
  return found
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
