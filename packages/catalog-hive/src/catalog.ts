import type {CatalogProvider} from '@phlo/core'
import {openHive} from './open.js'

/** `type: hive`: Iceberg tables in a Hive metastore, from 2.3 to 4. */
const provider: CatalogProvider = {
  $type: '@phlo/catalog',
  contract: 1,
  type: 'hive',
  open: async (name, properties, services) => openHive(name, properties, services),
}

export default provider
