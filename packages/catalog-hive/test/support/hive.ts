import {randomBytes} from 'node:crypto'
import {required} from '../../../iceberg/test/support/required.js'
import {type Client, createClient} from '../../src/api/client.js'
import {hiveLocks, type Locks} from '../../src/api/locks.js'
import {hiveMetastore, type Metastore} from '../../src/api/metastore.js'
import {showLocks} from '../../src/api/methods.js'
import {hiveSettings} from '../../src/api/settings.js'
import {connectionPool} from '../../src/thrift/pool.js'

/** The metastores that suites share: each test brings databases of its own. */
export const METASTORES = [
  {version: '2.3.10', uri: () => required('PHLO_TEST_HIVE2_URI')},
  {version: '4.0.1', uri: () => required('PHLO_TEST_HIVE4_URI')},
] as const

export const newName = (prefix = 'n') => `${prefix}${randomBytes(6).toString('hex')}z`

export interface Direct extends Metastore {
  readonly client: Client
  readonly locks: Locks
  /** How many locks there are of a table. */
  lockCount(database: string, table: string): Promise<number>
}

/** A metastore as the catalog sees it, for looking at what it has and for being somebody else. */
export function direct(uri: string, properties: Readonly<Record<string, string>> = {}): Direct {
  const settings = hiveSettings('direct', {uri, ...properties})
  const {signal} = new AbortController()
  const client = createClient('direct', connectionPool(settings), signal)
  return {
    ...hiveMetastore(client),
    client,
    locks: hiveLocks(client, settings, signal),
    async lockCount(dbname, tablename) {
      return (await client.ask(showLocks, {request: {dbname, tablename}}, 'locks')).locks?.length ?? 0
    },
  }
}
