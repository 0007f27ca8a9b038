import {afterAll, beforeAll, describe, test} from '@jest/globals'
import {testCatalog} from '@phlo/testing'
import {exception, type FakeMetastore, fakeMetastore} from './support/fake-metastore.js'
import {METASTORES} from './support/hive.js'
import {open} from './support/open-hive.js'

/** What the metastores take as names. */
const FORBIDDEN: Readonly<Record<string, {readonly namespaces: RegExp; readonly tables: RegExp}>> = {
  '2.3.10': {namespaces: /\W/, tables: /[^\w/]/},
  '4.0.1': {namespaces: /[^\x20-\x7e]|\\/, tables: /[^\x20-\x7e]|\\/},
}

/** Methods that change something, and where their answer has a MetaException. */
const CHANGES: Readonly<Record<string, number>> = {
  create_database: 3,
  alter_database: 1,
  drop_database: 3,
  create_table: 3,
  alter_table_with_environment_context: 2,
  drop_table: 2,
}
/** As a metastore says it that asks the file system. */
const DENIAL = 'org.apache.hadoop.security.AccessControlException: Permission denied: user=ada, path="/warehouse":hive:hive:drwxr-xr-x'

describe.each(METASTORES)('the catalog of a Hive metastore $version', ({version, uri}) => {
  /** The metastore allows everything to everybody; what stands before it does not. */
  let guard: FakeMetastore
  beforeAll(async () => {
    const deny = (name: string) => (CHANGES[name] === undefined ? 'forward' : exception(CHANGES[name], DENIAL))
    guard = await fakeMetastore(deny, {behind: uri()})
  })
  afterAll(() => guard.close())

  const cases = testCatalog({
    create: async () => ({uri: uri()}),
    open,
    module: new URL('./support/open-hive.ts', import.meta.url),
    endpoint: 'uri',
    denied: async (properties) => ({...properties, uri: guard.uri}),
    cannot: ['nest', 'case'],
    // They are small letters to it.
    mistakes: {namespaces: /[A-Z]/, tables: /[A-Z]/},
    forbids: FORBIDDEN[version] ?? {},
  })
  test.each(cases)('$name', ({run}) => run())
})
