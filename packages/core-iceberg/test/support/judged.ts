import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from '@jest/globals'
import type {Profile} from '../../../iceberg/test/support/judges.js'
import {emptyFolder, type Shop} from './in-process.js'

/** A lakehouse whose catalog PyIceberg and Java open too. */
export interface SharedLake extends Shop {
  /** As PyIceberg names it: an address, or the properties of a catalog as JSON. */
  readonly uri: string
  readonly warehouse: string
}

export interface Judge {
  create(lake: SharedLake, table: string, version: number, files: number, rows: number): Promise<unknown>
  profile(lake: SharedLake, table: string): Promise<Profile>
}

/** A folder whose phlo.yaml has the catalog `lake`: on SQLite in that folder, on the database at `uri`, or behind the REST server there. */
export function sharedLake(given?: string): SharedLake {
  const shop = emptyFolder()
  const uri = given ?? `sqlite:///${join(shop.cwd, 'catalog.db')}`
  return lakeIn(shop, uri, uri.startsWith('http') ? {type: 'rest', uri} : {type: 'sql', uri})
}

/** A folder whose phlo.yaml has the catalog `lake` of these properties, with a warehouse in the folder unless they name one. */
export function lakeIn(shop: Shop, uri: string, properties: Readonly<Record<string, string>>): SharedLake {
  const warehouse = properties['warehouse'] ?? `file://${join(shop.cwd, 'warehouse')}`
  const own = properties['type'] === 'rest' ? properties : {...properties, warehouse}
  writeFileSync(join(shop.cwd, 'phlo.yaml'), `catalogs: {"lake": ${JSON.stringify(own)}}\ndefaultCatalog: lake\n`)
  return {...shop, uri, warehouse}
}

/**
 * Types optimize, expire-snapshots and vacuum on a table that a judge made, and has the judge look after each: every snapshot that is
 * still there has the rows, sums, nulls and NaNs that it had, and the head has those that it had at first.
 */
export async function maintainByCommands(lake: SharedLake, table: string, judge: Judge): Promise<void> {
  const head = async () => (await lake.must('table', 'show', table)).snapshot.id as string
  const before = await judge.profile(lake, table)
  const last = before[await head()]
  expect(last?.rows).toBeGreaterThan(0)
  expect((await lake.must('table', 'stats', table)).rows).toBe(last?.rows)

  const {report} = await lake.must('table', 'optimize', table, '--yes')
  expect(report.rewrittenDataFiles).toBeGreaterThan(report.addedDataFiles)
  const optimized = await head()
  expect(await judge.profile(lake, table)).toEqual({...before, [optimized]: last})
  expect((await lake.must('table', 'optimize', table)).outcome).toBe('nothing-to-do')

  await lake.must('table', 'expire-snapshots', table, '--older-than', '0s', '--yes')
  await lake.must('table', 'vacuum', table, '--older-than', '0s', '--force-unsafe-age', '--yes')
  expect(await judge.profile(lake, table)).toEqual({[optimized]: last})
  expect((await lake.must('table', 'stats', table)).rows).toBe(last?.rows)
}
