// How often common commands ask each catalog, counted between the two: no time is measured.
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {runCommand} from '../packages/testing/dist/index.js'
import {root} from '../scripts/lib/places.mjs'
import {startServers} from '../scripts/lib/servers.mjs'
import {listeningProxy} from './listening-proxy.mjs'
import {openReport} from './report.mjs'
import {temporaryFolder} from './temporary-folder.mjs'

/** Tables of the namespace, first and then. */
const SIZES = [3, 30]
const TABLE = 'bench.t0'
const PLUGINS = ['core-nessie', 'catalog-glue', 'catalog-hive'].map((name) => join(root, 'packages', name))

const report = openReport(
  'round-trips',
  `Requests that reach a catalog, or statements that reach its database, while one command runs; without the storage of the files. Two figures are those of a catalog with ${SIZES[0]} and with ${SIZES[1]} tables, where they differ. Nothing is left over from an earlier command: each opens the catalog first.`,
)

/** Each command, with what makes it have something to do. */
const COMMANDS = [
  ['table list bench'],
  ['table show', TABLE],
  ['table append', TABLE, 'rows.arrow'],
  ['table optimize', TABLE, '--min-input-files', '2', '--yes'],
  ['table expire-snapshots', TABLE, '--older-than', '0s', '--retain-last', '1', '--yes'],
  ['table vacuum', TABLE, '--dry-run'],
  ['table create', 'bench.made', '--schema', 'id: long'],
  ['table rename', 'bench.made', 'bench.other'],
  ['table drop', 'bench.other', '--yes'],
]
const BRANCH_COMMANDS = [
  ['branch list'],
  ['branch create', 'dev'],
  ['branch diff', 'dev'],
  ['branch merge', 'dev'],
  ['branch delete', 'dev', '--yes'],
]

const keys = {'glue.region': 'us-east-1', 'glue.access-key-id': 'bench', 'glue.secret-access-key': 'bench-secret'}
const CATALOGS = [
  ['PostgreSQL', 'postgres', 'PHLO_TEST_POSTGRES_URL', 'postgres', (uri) => ({type: 'sql', uri})],
  ['REST', 'rest', 'PHLO_TEST_REST_URI', 'http', (uri) => ({type: 'rest', uri})],
  ['Nessie', 'nessie', 'PHLO_TEST_NESSIE_URI', 'http', (uri) => ({type: 'nessie', uri}), BRANCH_COMMANDS],
  ['Hive 2.3', 'hive', 'PHLO_TEST_HIVE2_URI', 'thrift', (uri) => ({type: 'hive', uri})],
  ['Hive 4', 'hive', 'PHLO_TEST_HIVE4_URI', 'thrift', (uri) => ({type: 'hive', uri})],
  ['Glue', 'glue', 'PHLO_TEST_GLUE_ENDPOINT', 'http', (uri) => ({type: 'glue', 'glue.endpoint': uri, ...keys})],
]

const folder = temporaryFolder('phlo-round-trips-')
const found = new Map()
for (const server of new Set(CATALOGS.map(([, server]) => server))) {
  const {env, missing, stop} = await startServers([server])
  for (const {name, why} of missing) report.note(`${name} is not there: ${why}`)
  try {
    for (const catalog of CATALOGS.filter(([, own, variable]) => own === server && env[variable] !== undefined)) await count(catalog, env)
  } finally {
    await stop()
  }
}

const commands = [...COMMANDS, ...BRANCH_COMMANDS].map(([command]) => command)
report.table(
  'Round trips',
  ['', ...found.keys()],
  commands.map((command) => [command, ...[...found.values()].map((counts) => figure(counts.get(command)))]),
)
for (const [name, counts] of found) {
  report.table(
    `What ${name} is asked, with ${SIZES[0]} tables`,
    ['', 'in this order'],
    [...counts].map(([command, [requests]]) => [command, together(requests)]),
  )
}

async function count([name, , variable, speaks, properties, more = []], env) {
  const url = new URL(env[variable])
  const proxy = await listeningProxy(url.hostname, url.port, speaks)
  url.host = `127.0.0.1:${proxy.port}`
  found.set(name, await countIn(name, properties(url.href.replace(/\/$/, '')), proxy, [...COMMANDS, ...more]))
  await proxy.stop()
}

/** The requests of each command, for each size, in a folder whose configuration has the catalog. */
async function countIn(name, properties, proxy, commands) {
  const cwd = join(folder, name)
  mkdirSync(cwd)
  const lake = {...properties, warehouse: pathToFileURL(join(cwd, 'warehouse')).href}
  writeFileSync(join(cwd, 'phlo.yaml'), JSON.stringify({catalogs: {lake}, defaultCatalog: 'lake'}))
  writeFileSync(join(cwd, 'rows.arrow'), tableToIPC(tableFromArrays({id: BigInt64Array.from([1n, 2n])}), 'file'))
  const phlo = async (...argv) => {
    const {exitCode, stderr} = await runCommand(join(root, 'packages', 'core-iceberg'), argv, {
      cwd,
      home: join(cwd, 'home'),
      from: 'dist',
      plugins: PLUGINS,
    })
    if (exitCode !== 0) throw new Error(`${name}: phlo ${argv.join(' ')} ended with ${exitCode}: ${stderr}`)
    return proxy.taken()
  }
  await phlo('namespace', 'create', 'bench')
  const counts = new Map(commands.map(([command]) => [command, []]))
  let tables = 0
  for (const size of SIZES) {
    for (; tables < size; tables++) await phlo('table', 'create', `bench.t${tables}`, '--schema', 'id: long')
    for (let append = 0; append < 3; append++) await phlo('table', 'append', TABLE, 'rows.arrow')
    for (const [command, ...args] of commands) {
      if (command === 'branch diff') await phlo('table', 'append', TABLE, 'rows.arrow', '--ref', 'dev')
      counts.get(command).push(await phlo(...command.split(' '), ...args))
    }
  }
  return counts
}

function figure(all) {
  if (all === undefined) return ''
  const [first, last] = [all.at(0).length, all.at(-1).length]
  return first === last ? `${first}` : `${first}, ${last}`
}

/** What is asked several times running is said once. */
function together(requests) {
  const runs = []
  for (const request of requests) {
    const last = runs.at(-1)
    if (last?.request === request) last.times += 1
    else runs.push({request, times: 1})
  }
  return runs.map(({request, times}) => (times === 1 ? request : `${request} (${times})`)).join(', ')
}
