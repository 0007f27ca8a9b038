import {type CatalogProvider, usage} from '@phlo/core'
import {icebergLakehouse} from '@phlo/iceberg'
import {createPointerCatalog} from '@phlo/iceberg/catalog'
import {bucketStore} from './bucket-store.js'
import {openObjects} from './objects.js'

/** `type: bucket`: a lakehouse on a bucket alone. Nothing is asked of the store before the catalog is used. */
const provider: CatalogProvider = {
  $type: '@phlo/catalog',
  contract: 1,
  type: 'bucket',
  async open(name, properties, {fileIO}) {
    const warehouse = properties['warehouse']?.replace(/\/+$/, '')
    if (warehouse === undefined) throw usage('WAREHOUSE_MISSING', `The catalog ${name} has no warehouse: name a bucket, as s3://bucket.`)
    const store = bucketStore(name, openObjects(name, warehouse, properties))
    return icebergLakehouse(createPointerCatalog(store, {warehouse, openIO: fileIO}))
  },
}

export default provider
