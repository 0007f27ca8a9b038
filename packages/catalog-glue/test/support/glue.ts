import {randomBytes} from 'node:crypto'
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {GlueClient as Client, GetTablesCommand, type GlueClient} from '@aws-sdk/client-glue'
import {emptyFolder, type Shop} from '../../../core-iceberg/test/support/in-process.js'
import {lakeIn, type SharedLake} from '../../../core-iceberg/test/support/judged.js'
import {required} from '../../../iceberg/test/support/required.js'

export const endpoint = () => required('PHLO_TEST_GLUE_ENDPOINT')
const KEYS = {'glue.region': 'us-east-1', 'glue.access-key-id': 'AKIAPHLOPHLOPHLOPHLO', 'glue.secret-access-key': 'sesame99'}

/** The properties of a catalog behind an endpoint: moto has one for everybody. */
export const properties = (at = endpoint(), warehouse = `file://${mkdtempSync(join(tmpdir(), 'phlo-glue-'))}`) => ({
  'glue.endpoint': at,
  ...KEYS,
  'glue.max-retries': '2',
  warehouse,
})

export const newNamespace = () => `n${randomBytes(6).toString('hex')}`

export const glueShop = (): Shop => emptyFolder([join(import.meta.dirname, '..', '..')])

/** A folder whose phlo.yaml has the catalog `lake` in Glue, which PyIceberg opens too. */
export function glueLake(more: Readonly<Record<string, string>> = {}): SharedLake {
  const shop = glueShop()
  const own = {...properties(endpoint(), `file://${join(shop.cwd, 'warehouse')}`), ...more}
  return lakeIn(shop, JSON.stringify({type: 'glue', 'glue.endpoint': endpoint(), ...KEYS}), {type: 'glue', ...own})
}

/** What looks at Glue itself. */
export const glueClient = (): GlueClient =>
  new Client({endpoint: endpoint(), region: 'us-east-1', credentials: {accessKeyId: 'test', secretAccessKey: 'test'}})

/** A table as Glue has it; undefined when there is none. */
export async function tableIn(namespace: string, name: string) {
  const {TableList = []} = await glueClient().send(new GetTablesCommand({DatabaseName: namespace}))
  return TableList.find(({Name}) => Name === name)
}
