import {join} from 'node:path'
import {icebergTable, openFileIO} from '@phlo/iceberg'
import {createSqlCatalog} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'

const name = {namespace: ['bench'], name: 'events'}

/** The properties of S3 that `phlo` takes from the environment, under their own names. */
const s3Properties = () =>
  Object.fromEntries(
    Object.entries(process.env)
      .filter(([key]) => key.startsWith('PHLO_CATALOGS__LOCAL__S3__'))
      .map(([key, value]) => [`s3.${key.split('__S3__')[1].toLowerCase().replaceAll('_', '-')}`, value]),
  )

/** The catalog of the folder's lakehouse, as `phlo` finds it there; `io` is for one that sees other files. */
export async function openCatalog(folder, io) {
  const {db, close} = await openDatabase(`sqlite:///${join(folder, '.phlo', 'catalog.db')}`)
  const warehouse = process.env.PHLO_CATALOGS__LOCAL__WAREHOUSE ?? `file://${folder}/.phlo/warehouse`
  const files = io ?? openFileIO(warehouse, s3Properties())
  return {catalog: createSqlCatalog({name: 'local', warehouse, db: async () => db, openIO: async () => files}), close}
}

/** Creates the table bench.events in the folder's lakehouse. */
export async function createEvents(folder, definition) {
  const {catalog, close} = await openCatalog(folder)
  await catalog.createNamespace(['bench'], {})
  return {table: icebergTable(catalog, name, await catalog.createTable(name, definition)), close}
}

/** Opens the table bench.events of the folder's lakehouse. */
export async function openEvents(folder, io) {
  const {catalog, close} = await openCatalog(folder, io)
  return {table: icebergTable(catalog, name, await catalog.loadTable(name)), close}
}

/** What a commit needs, with nobody to interrupt it or to be told of it. */
export const committing = {signal: new AbortController().signal, clock: {now: Date.now}, log: {debug() {}, warn() {}}}

/** What an operation needs besides. */
export const operating = {
  ...committing,
  progress: {start() {}, advance() {}, done() {}},
  tracer: {startSpan: () => ({end() {}, setAttribute() {}})},
  principal: {name: 'bench', roles: []},
}
