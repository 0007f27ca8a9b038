import type {CatalogProvider} from '@phlo/core'
import {icebergLakehouse} from '@phlo/iceberg'
import {createRestCatalog, restSettings} from '@phlo/iceberg/rest'

/** `type: rest`: a server of the Iceberg REST protocol. Nothing is asked of it before the catalog is used. */
const provider: CatalogProvider = {
  $type: '@phlo/catalog',
  contract: 1,
  type: 'rest',
  open: async (name, properties, {fileIO, signal}) =>
    icebergLakehouse(createRestCatalog({name, properties, ...restSettings(name, properties), openIO: fileIO, signal})),
}

export default provider
