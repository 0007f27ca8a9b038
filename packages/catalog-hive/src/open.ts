import type {FileIO} from '@phlo/core'
import {type IcebergLakehouse, icebergLakehouse} from '@phlo/iceberg'
import {createPointerCatalog} from '@phlo/iceberg/catalog'
import {createClient} from './api/client.js'
import {hiveLocks} from './api/locks.js'
import {hiveMetastore} from './api/metastore.js'
import {setUgi} from './api/methods.js'
import {hiveSettings} from './api/settings.js'
import {hiveStore} from './lakehouse/hive-store.js'
import {connectionPool} from './thrift/pool.js'
import type {WireStruct} from './thrift/wire.js'

export interface HiveServices {
  /** A FileIO for a path's scheme. */
  readonly fileIO: (path: string) => Promise<FileIO>
  readonly signal: AbortSignal
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number
}

/**
 * Opens the metastore that a catalog's properties name. It is connected to when something is asked of it.
 *
 * @throws PhloError `CATALOG_WITHOUT_URI`, `INVALID_PROPERTY` (exit 2), `NOT_SUPPORTED` (exit 6)
 */
export function openHive(
  name: string,
  properties: Readonly<Record<string, string>>,
  {fileIO, signal, now = Date.now}: HiveServices,
): IcebergLakehouse {
  const settings = hiveSettings(name, properties)
  const {addresses, tls, timeout, ugi} = settings
  const greeting = ugi && {name: setUgi.name, body: setUgi.args.write({user: ugi.user, groups: ugi.groups}) as WireStruct}
  const client = createClient(name, connectionPool({addresses, tls, timeout, greeting}), signal)
  const {warehouse} = properties
  const options = {openIO: fileIO, now, ...(warehouse !== undefined && {warehouse})}
  const store = hiveStore({name, metastore: hiveMetastore(client), locks: hiveLocks(client, settings, signal), settings, ...options})
  return icebergLakehouse(createPointerCatalog(store, options))
}
