import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {emptyFolder, type Shop} from '../../../core-iceberg/test/support/in-process.js'
import {writeOrders} from '../../../core-iceberg/test/support/phlo.js'
import {newName, openLake, server} from './nessie.js'

const plugins = [join(import.meta.dirname, '..', '..')]

export interface NessieShop extends Pick<Shop, 'cwd' | 'type' | 'json' | 'must'> {
  /** The branch that stands for main in a test: every other is made from it. */
  readonly trunk: string
  /** Appends rows to shop.orders at a reference. */
  append(ref: string, rows: number, first: number, table?: string): Promise<void>
  /** Rows of a table at a reference. */
  rows(ref: string, table?: string): Promise<number>
  hashOf(branch: string): Promise<string>
}

/** A folder whose configuration has a Nessie catalog at a new branch, which has no commits yet. */
export async function nessieShop(more: Readonly<Record<string, string>> = {}): Promise<NessieShop> {
  const {cwd, type, json, must} = emptyFolder(plugins)
  const trunk = newName('trunk')
  const {nessie, close} = await openLake(undefined)
  await nessie.createReference('BRANCH', trunk, {type: 'DETACHED', name: 'DETACHED', hash: nessie.server.noAncestorHash})
  await close()
  const properties = {type: 'nessie', uri: server(), warehouse: `file://${cwd}/warehouse`, ref: trunk, ...more}
  writeFileSync(join(cwd, 'phlo.yaml'), `catalogs: {"far": ${JSON.stringify(properties)}}\ndefaultCatalog: far\n`)
  return {
    cwd,
    trunk,
    type,
    json,
    must,
    async append(ref, rows, first, table = 'shop.orders') {
      await must('table', 'append', table, writeOrders(join(cwd, 'orders.arrow'), rows, first), '--ref', ref)
    },
    rows: async (ref, table = 'shop.orders') => (await must('table', 'stats', table, '--ref', ref)).rows,
    hashOf: async (branch) => (await must('branch', 'show', branch)).hash,
  }
}

/** The same with shop.orders, of 30 rows, and the branch `dev`, whose name is new too, made from it. */
export async function shopWithDev(): Promise<NessieShop & {readonly dev: string}> {
  const shop = await nessieShop()
  const dev = newName('dev')
  await shop.must('namespace', 'create', 'shop')
  await shop.must('table', 'create', 'shop.orders', '--schema', 'id: long, amount: double, country: string')
  await shop.append(shop.trunk, 30, 0)
  await shop.must('branch', 'create', dev)
  return {...shop, dev}
}
