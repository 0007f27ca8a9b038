import {type FileIO, formatTableName, type TableName, usage} from '@phlo/core'
import {newTableMetadata} from '../spec/new-table-metadata.js'
import type {TableMetadata} from '../spec/table-metadata.js'
import type {CreateTable} from './catalog.js'
import {pathSegment} from './path-segment.js'

/** Where tables without a location of their own go. */
export interface Warehouse {
  /** A URI. */
  readonly warehouse?: string
  /** A FileIO for a path's scheme. */
  readonly openIO: (path: string) => Promise<FileIO>
}

/** The version comes as the property `format-version`, which is not one of the table's own (as in Java and PyIceberg). */
export function newMetadata(request: CreateTable, location: string, now: number): TableMetadata {
  const {'format-version': version, ...properties} = request.properties ?? {}
  return newTableMetadata({
    schema: request.schema,
    ...(request.partitionSpec && {partitionSpec: request.partitionSpec}),
    ...(request.sortOrder && {sortOrder: request.sortOrder}),
    location,
    properties,
    ...(version !== undefined && {formatVersion: Number(version)}),
    now,
  })
}

/**
 * `<warehouse>/<namespace>/<table>`, with a suffix when files of another table are there: one that was renamed away or dropped
 * without its files. Two tables under one location would be cleaned up at each other's cost.
 */
export async function freeLocation(
  name: TableName,
  namespaceLocation: string | undefined,
  {warehouse, openIO}: Warehouse,
): Promise<string> {
  const root = namespaceLocation ?? (warehouse && [warehouse.replace(/\/+$/, ''), ...name.namespace.map(pathSegment)].join('/'))
  if (root === undefined) {
    throw usage('WAREHOUSE_MISSING', `Table ${formatTableName(name)} has no location: the catalog has no warehouse.`, [
      'set catalogs.<name>.warehouse in phlo.yaml',
    ])
  }
  const location = `${root.replace(/\/+$/, '')}/${pathSegment(name.name)}`
  const io = await openIO(location)
  for await (const page of io.list(`${location}/`)) {
    if (page.length > 0) return `${location}-${crypto.randomUUID().slice(0, 8)}`
  }
  return location
}
