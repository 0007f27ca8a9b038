import {writeFileSync} from 'node:fs'
import {utimes} from 'node:fs/promises'
import {join} from 'node:path'
import type {OperationPlan, OperationResult, TableOperation} from '@phlo/core'
import {append, expireSnapshots, type IcebergTable, optimize} from '@phlo/iceberg'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {testContext} from '../../../iceberg/test/support/lake.js'
import {randomFrom} from '../../../iceberg/test/support/random.js'
import type {NessieLakehouse} from '../../src/lakehouse/nessie-lakehouse.js'
import {all, newFolder, newName, openLake} from './nessie.js'

/** A made-up history of a catalog with branches and tags: always the same, but for the order of names that are drawn. */
export interface MadeHistory {
  readonly folder: string
  readonly warehouse: string
  readonly lake: NessieLakehouse
  readonly branches: readonly string[]
  readonly tags: readonly string[]
  readonly commits: number
  /** About the middle of it, milliseconds since the epoch. */
  readonly middle: number
}

interface Wanted {
  readonly tables: number
  readonly commits: number
  readonly references: number
}

const fields = ['id', 'part'].map((name, index) => ({id: index + 1, name, type: 'long' as const, required: false}))
const schema = {type: 'struct' as const, fields}
const inShop = (name: string) => ({namespace: ['shop'], name})

/**
 * Tables that are appended to, merged into fewer files, shortened, renamed, dropped, and registered a second time under other names, on
 * branches that are made at old commits, merged and deleted.
 */
export async function makeHistory({tables, commits, references}: Wanted): Promise<MadeHistory> {
  const random = randomFrom(7)
  const folder = newFolder()
  const warehouse = `file://${folder}/warehouse`
  const trunk = newName('trunk')
  const {nessie} = await openLake(undefined)
  await nessie.createReference('BRANCH', trunk, {type: 'DETACHED', name: 'DETACHED', hash: nessie.server.noAncestorHash})
  const at = (branch: string) => openLake(branch, {warehouse})
  const lake = await at(trunk)
  const lakes = new Map([[trunk, lake]])
  const tags: string[] = []
  const hashes: string[] = []
  const one = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item
  let rows = 0
  const run = async <Options, Plan extends OperationPlan, Result extends OperationResult>(
    operation: TableOperation<Options, Plan, Result, IcebergTable>,
    table: IcebergTable,
    options: Options,
  ) => operation.execute(table, await operation.plan(table, options, testContext()), testContext())
  const appendTo = async (table: IcebergTable) => {
    const source = join(folder, 'rows.arrow')
    const id = BigInt64Array.from({length: 10}, () => BigInt(rows++))
    writeFileSync(source, tableToIPC(tableFromArrays({id, part: id.map((value) => value % 3n)}), 'file'))
    await run(append, table, {files: [source]})
  }
  let middle = 0
  let made = 0
  const committed = async (branch: string) => {
    made += 1
    hashes.push((await nessie.reference(branch)).hash)
    if (made === Math.floor(commits / 2)) middle = Date.parse((await firstOf(nessie.log(nessie.ref(branch)))).meta.commitTime ?? '')
  }
  const newBranch = async (from: string) => {
    const branch = newName('dev')
    await nessie.createReference('BRANCH', branch, await nessie.resolve(nessie.ref(from)))
    lakes.set(branch, await at(branch))
  }
  const newTag = async () => {
    const tag = newName(one(['release', 'tag']))
    await nessie.createReference('TAG', tag, await nessie.resolve(nessie.ref(one(hashes))))
    tags.push(tag)
  }
  /** On a table that may not be there any more, or not be there twice. */
  const change = async (branch: string, own: NessieLakehouse, name: string) => {
    const dice = random()
    const table = await own.getTable(inShop(name))
    if (dice < 0.5) await appendTo(table)
    else if (dice < 0.65) await run(optimize, table, {minInputFiles: 2})
    else if (dice < 0.8) await run(expireSnapshots, table, {olderThan: 0, retainLast: 1})
    else if (dice < 0.86) await own.dropTable(inShop(name))
    else if (dice < 0.92) await own.renameTable(inShop(name), inShop(`${name}${newName('r')}`))
    else await own.registerTable(inShop(`${name}${newName('copy')}`), table.metadataLocation)
    await committed(branch)
  }
  await lake.createNamespace(['shop'], {})
  for (let table = 0; table < tables; table++) {
    await lake.createTable(inShop(`t${table}`), {schema})
    await committed(trunk)
    await appendTo(await lake.getTable(inShop(`t${table}`)))
    await committed(trunk)
  }
  for (let step = 0; made < commits; step++) {
    const branch = one([...lakes.keys()])
    const own = lakes.get(branch) as NessieLakehouse
    const names = (await all(own.listTables(['shop']))).map(({name}) => name)
    if (step % 9 === 4) await newBranch(one(hashes))
    else if (step % 9 === 8) await newTag()
    else if (step % 15 === 10 || names.length === 0) {
      const name = inShop(newName('own'))
      await own.createTable(name, {schema})
      await committed(branch)
      await appendTo(await own.getTable(name))
      await committed(branch)
    } else await change(branch, own, names[Math.floor(random() ** 2 * names.length)] ?? '')
  }
  // What only these have is had by nobody.
  for (const branch of [...lakes.keys()].filter((name) => name !== trunk).slice(0, 8)) {
    await nessie.deleteReference(await nessie.reference(branch))
    lakes.delete(branch)
  }
  while (lakes.size + tags.length < references) await newTag()
  return {folder, warehouse, lake, branches: [...lakes.keys()], tags, commits: made, middle}
}

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item> {
  for await (const item of items) return item
  throw new Error('there is none')
}

/** Lets files be some days old. */
export async function age(paths: readonly string[], days = 10): Promise<void> {
  const then = new Date(Date.now() - days * 86_400_000)
  for (const path of paths) await utimes(path, then, then)
}
