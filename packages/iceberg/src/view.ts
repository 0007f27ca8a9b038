import type {LakehouseView, TableName} from '@phlo/core'
import type {LoadedView} from './catalog/catalog.js'

/** An Iceberg view as it was when it was loaded. */
export interface IcebergView extends LakehouseView, LoadedView {
  readonly format: 'iceberg'
}

/** Makes the view that commands work on from what a catalog loaded. */
export function icebergView(catalog: string, name: TableName, {metadata, metadataLocation}: LoadedView): IcebergView {
  const {properties} = metadata
  return {format: 'iceberg', catalog, name, location: metadata.location.replace(/\/+$/, ''), properties, metadata, metadataLocation}
}
