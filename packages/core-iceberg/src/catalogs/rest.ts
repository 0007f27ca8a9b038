import type {CatalogProvider} from '@phlo/core'
import {createRestCatalog, restSettings} from '@phlo/iceberg/rest'
import {icebergLakehouse} from '../lakehouse.js'

/** `type: rest`: a server of the Iceberg REST protocol. Nothing is asked of it before the catalog is used. */
const provider: CatalogProvider = {
  $type: '@phlo/catalog',
  contract: 1,
  type: 'rest',
  open: async (name, properties, {fileIO, signal}) =>
    icebergLakehouse(createRestCatalog({name, properties, ...restSettings(name, properties), openIO: fileIO, signal})),
}

export default provider
