import type {CatalogProvider} from '@phlo/core'
import {icebergLakehouse} from '@phlo/iceberg'
import {createPointerCatalog} from '@phlo/iceberg/catalog'
import {openGlue} from './client.js'
import {glueStore} from './glue-store.js'
import {glueSettings} from './settings.js'

/** `type: glue`: the Data Catalog of AWS Glue, or something that speaks its protocol. Nothing is asked of it before the catalog is used. */
const provider: CatalogProvider = {
  $type: '@phlo/catalog',
  contract: 1,
  type: 'glue',
  async open(name, properties, {fileIO, signal}) {
    const {warehouse} = properties
    const store = glueStore(openGlue(name, glueSettings(name, properties), signal))
    return icebergLakehouse(createPointerCatalog(store, {openIO: fileIO, ...(warehouse !== undefined && {warehouse})}))
  },
}

export default provider
