import type {FileIO, LakehouseTable, TableName} from '@phlo/core'
import type {Catalog, LoadedTable} from './catalog/catalog.js'
import type {TableMetadata} from './spec/table-metadata.js'

/** An Iceberg table as it was when it was loaded, with what is needed to read it, change it, and look again. */
export interface IcebergTable extends LakehouseTable {
  readonly format: 'iceberg'
  readonly metadata: TableMetadata
  readonly metadataLocation: string
  readonly io: FileIO
  /** The catalog that commits to it. */
  readonly source: Catalog
  refresh(): Promise<IcebergTable>
}

/** Makes the table that commands and operations work on from what a catalog loaded. */
export function icebergTable(source: Catalog, name: TableName, loaded: LoadedTable, ref = 'main'): IcebergTable {
  const {metadata, metadataLocation, io} = loaded
  return {
    format: 'iceberg',
    catalog: source.name,
    name,
    ref,
    ...(source.ref !== undefined && {catalogRef: source.ref}),
    location: metadata.location.replace(/\/+$/, ''),
    properties: metadata.properties,
    metadata,
    metadataLocation,
    io,
    source,
    refresh: async () => icebergTable(source, name, await source.loadTable(name), ref),
  }
}
