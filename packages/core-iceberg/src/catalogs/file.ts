import type {CatalogProvider} from '@phlo/core'
import {createFileCatalog, icebergLakehouse} from '@phlo/iceberg'

/** `type: file`: tables by their path, read only (`--catalog file /lake/sales/orders`). */
const provider: CatalogProvider = {
  $type: '@phlo/catalog',
  contract: 1,
  type: 'file',
  open: async (name, _properties, {fileIO}) => icebergLakehouse(createFileCatalog({name, openIO: fileIO})),
}

export default provider
