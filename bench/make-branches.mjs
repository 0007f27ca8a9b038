import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {appendFiles, arrowRows, currentSchema, localFileIO, parseType, writeDataFiles} from '@phlo/iceberg'
import {tableFromArrays} from 'apache-arrow'
import {nessieLakehouse, openNessie} from '../packages/core-nessie/dist/index.js'
import {committing} from './lake.mjs'

/** Tables of one commit. */
const TOGETHER = 500
/** What of a branch with few changes is changed. */
const FEW = 10

/**
 * Makes branches of a Nessie server with so many tables: `trunk`, `dev`, on which each table has one file more, and `few`, on which ten have.
 * Each table has metadata of its own; manifests and data are one table's.
 *
 * @param {string} uri of API v2
 * @param {string} folder where the files go
 */
export async function makeBranches(uri, folder, tables) {
  const {api, close} = await openNessie('bench', {uri}, committing.signal)
  const names = {trunk: `trunk-${tables}`, dev: `dev-${tables}`, few: `few-${tables}`}
  await api.createReference('BRANCH', names.trunk, {type: 'DETACHED', name: 'DETACHED', hash: api.server.noAncestorHash})
  const openIO = async () => localFileIO()
  const lake = nessieLakehouse({name: 'bench', api, ref: names.trunk, warehouse: pathToFileURL(folder).href, openIO, close})
  const [first, second] = await twoStates(lake)
  const keys = Array.from({length: tables}, (_, table) => ['bench', `table-${table}`])
  await put(api, names.trunk, keys, copies(first, join(folder, 'first'), tables))
  for (const branch of [names.dev, names.few]) await api.createReference('BRANCH', branch, await api.reference(names.trunk))
  const changed = copies(second, join(folder, 'second'), tables)
  await put(api, names.dev, keys, changed)
  await put(api, names.few, keys.slice(0, FEW), changed)
  let targets = 0
  return {
    ...names,
    /** A new branch at the head of the trunk, to merge into. */
    async newTarget() {
      const name = `target-${tables}-${targets++}`
      await api.createReference('BRANCH', name, await api.reference(names.trunk))
      return name
    },
    close: () => lake.close(),
  }
}

/** The metadata of a table with one data file, and with two. */
async function twoStates(lake) {
  await lake.createNamespace(['bench'], {})
  const schema = parseType('struct<id: long, amount: double>')
  let table = await lake.createTable({namespace: ['bench'], name: 'all'}, {schema})
  const states = []
  for (const id of [0n, 1n]) {
    const rows = tableFromArrays({id: BigInt64Array.from([id]), amount: Float64Array.from([1])})
    const source = (async function* () {
      yield arrowRows(rows.batches[0], currentSchema(table.metadata))
    })()
    const added = await writeDataFiles(table, source, {signal: committing.signal, onStaged() {}, onRows() {}})
    table = (await appendFiles(table, added, committing)).table
    states.push({metadata: table.metadata, text: readFileSync(fileURLToPath(table.metadataLocation), 'utf8')})
  }
  return states
}

/** Files with the same metadata, and what Nessie is told of each. */
function copies({metadata, text}, folder, count) {
  mkdirSync(folder, {recursive: true})
  return Array.from({length: count}, (_, table) => {
    const path = join(folder, `${table}.metadata.json`)
    writeFileSync(path, text)
    return {
      type: 'ICEBERG_TABLE',
      metadataLocation: pathToFileURL(path).href,
      snapshotId: metadata['current-snapshot-id'],
      schemaId: metadata['current-schema-id'],
      specId: metadata['default-spec-id'],
      sortOrderId: metadata['default-sort-order-id'],
    }
  })
}

/** Commits contents, those of tables that are there already as theirs. */
async function put(api, branch, keys, contents) {
  for (let start = 0; start < keys.length; start += TOGETHER) {
    const some = keys.slice(start, start + TOGETHER)
    const {reference, get} = await api.contents(api.ref(branch), some)
    const operations = some.map((key, index) => {
      const id = get(key)?.id
      return {type: 'PUT', key, content: {...contents[start + index], ...(id && {id})}}
    })
    const outcome = await api.commit(reference, `tables from ${start}`, operations)
    if (!outcome.hash) throw new Error(`not committed: ${JSON.stringify(outcome)}`)
  }
}
