import {usage} from '@phlo/core'
import {type Catalog, type IcebergTable, newTableMetadata} from '@phlo/iceberg'
import type {CatalogHistory, Reached} from '@phlo/iceberg/catalog'
import type {NessieLakehouse} from '../lakehouse/nessie-lakehouse.js'
import type {Subject} from './subjects.js'

type Place = Omit<Subject, 'isReached'>

/**
 * What vacuum works on where there may be no table any more: a location, and what is needed there.
 *
 * @param reached makes what one vacuum looks at; whoever made it closes what it comes from
 */
export function sweptTable(lake: NessieLakehouse, place: Place, reached: () => Omit<Reached, 'close'>): Promise<IcebergTable> {
  const history: CatalogHistory = {reached: async () => ({...reached(), close: async () => {}})}
  return tableAt(lake, place, {...lake.catalog, history})
}

async function tableAt(lake: NessieLakehouse, {name, id, location}: Place, source: Catalog): Promise<IcebergTable> {
  const none = {type: 'struct' as const, fields: []}
  const table: IcebergTable = {
    format: 'iceberg',
    catalog: lake.name,
    name: {namespace: [], name},
    ref: 'main',
    location,
    properties: {},
    metadata: newTableMetadata({schema: none, location, now: 0, ...(id !== null && {uuid: id})}),
    metadataLocation: '',
    io: await lake.openIO(location),
    source,
    refresh: async () => table,
  }
  return table
}

/**
 * What files were moved aside of, by the folder that they were moved to.
 *
 * @throws PhloError `INVALID_OPTION` (exit 2) for what is no such folder
 */
export async function quarantinedTable(
  lake: NessieLakehouse,
  folder: string,
): Promise<{readonly table: IcebergTable; readonly id: string}> {
  const [, location, id] = /^(.+)\/_phlo_quarantine\/([^/]+)\/*$/.exec(folder) ?? []
  if (location === undefined || id === undefined) {
    throw usage(
      'INVALID_OPTION',
      `${JSON.stringify(folder)} is not a folder that files were moved aside to: <location>/_phlo_quarantine/<id>.`,
    )
  }
  return {table: await tableAt(lake, {name: location, id: null, location}, lake.catalog), id}
}
