import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {emptyFolder} from '../../../core-iceberg/test/support/in-process.js'
import type {SharedLake} from '../../../core-iceberg/test/support/judged.js'
import {writeOrders} from '../../../core-iceberg/test/support/phlo.js'

const plugins = [join(import.meta.dirname, '..', '..')]

export interface HiveShop extends SharedLake {
  /** A file with so many rows of the columns of orders. */
  orders(rows: number, first?: number): string
}

/** A new folder whose configuration has the metastore at `uri` as its catalog. Its tables lie where the metastore puts them. */
export function hiveShop(uri: string, properties: Readonly<Record<string, string>> = {}): HiveShop {
  const shop = emptyFolder(plugins)
  const configured = JSON.stringify({type: 'hive', uri, ...properties})
  writeFileSync(join(shop.cwd, 'phlo.yaml'), `catalogs: {"lake": ${configured}}\ndefaultCatalog: lake\n`)
  return {...shop, uri, warehouse: '', orders: (rows, first = 0) => writeOrders(join(shop.cwd, 'orders.arrow'), rows, first)}
}
