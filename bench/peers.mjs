import {spawn} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {root} from '../scripts/lib/places.mjs'
import * as duckdbHttpfs from '../scripts/servers/duckdb-httpfs.mjs'
import * as icebergGo from '../scripts/servers/iceberg-go.mjs'
import * as python from '../scripts/servers/python.mjs'
import * as spark from '../scripts/servers/spark.mjs'
import {endsOf, runOnce} from './measure.mjs'
import {treeMemory} from './tree-memory.mjs'

const PROVIDERS = {DuckDB: duckdbHttpfs, PyIceberg: python, 'iceberg-go': icebergGo, Spark: spark}

/**
 * Installs peers where they are missing. One that this machine cannot have is told of in the report, and `available` leaves its cases out.
 *
 * @param {(keyof typeof PROVIDERS)[]} names
 */
export async function openPeers(names, report) {
  const env = {}
  const here = new Set()
  for (const name of names) {
    try {
      Object.assign(env, (await PROVIDERS[name].start()).env)
      here.add(name)
    } catch (error) {
      console.error(error.message)
      report.note(`${name} is left out: it could not be installed here.`)
    }
  }
  const script = (name) => join(root, 'bench', 'peers', name)
  const sparkArguments = (lake) => [script('run_spark.py'), lake, env.PHLO_TEST_SPARK_JARS]
  return {
    has: (name) => here.has(name),
    /** @param {{peer?: string}[]} cases */
    available: (cases) => cases.filter(({peer}) => peer === undefined || here.has(peer)),
    /** SQL in DuckDB; the last statement is the call. */
    duckdb: (statements, ...extensions) =>
      runOnce(env.PHLO_TEST_DUCKDB_HTTPFS, [script('run_duckdb.py'), ...extensions], {tells: true, input: JSON.stringify(statements)}),
    /** `overwrite`, `files` or `schemas` on bench.events of the catalog with these properties. */
    pyiceberg: (what, properties) =>
      runOnce(env.PHLO_TEST_PYICEBERG, [script('run_pyiceberg.py'), JSON.stringify(properties), what], {tells: true}),
    /** A command of iceberg-go's on the lakehouse in a folder. */
    icebergGo: (lake, ...args) => runOnce(env.PHLO_TEST_ICEBERG_GO, [...icebergGoCatalog(lake), ...args]),
    /** A call in a session of its own. */
    spark: (lake, call) =>
      runOnce(env.PHLO_TEST_SPARK, sparkArguments(lake), {tells: true, input: `${JSON.stringify({before: [], call})}\n`}),
    openSpark: (lake) => openSpark(env.PHLO_TEST_SPARK, sparkArguments(lake), lake),
  }
}

const icebergGoCatalog = (lake) => [
  ...['--catalog', 'sql', '--sql-driver', 'sqliteshim', '--sql-dialect', 'sqlite', '--uri', `file:${lake}/.phlo/catalog.db`],
  ...['--catalog-name', 'local', '--warehouse', `file://${lake}/.phlo/warehouse`],
]

/** What PyIceberg needs to open the lakehouse in a folder. */
export const pyicebergCatalog = (lake) => ({uri: `sqlite:///${lake}/.phlo/catalog.db`, warehouse: `file://${lake}/.phlo/warehouse`})

/**
 * A session of Spark that stays, from its first call on. Each call is made on the lakehouse's table as it is then, registered under a name of
 * its own: the session remembers nothing of it, and keeps no database open that a restore replaces.
 */
function openSpark(python, args, lake) {
  let session
  let calls = 0
  const open = () => {
    const child = spawn(python, args, {stdio: ['pipe', 'pipe', 'pipe']})
    const said = []
    child.stderr.on('data', (chunk) => said.push(chunk))
    const ended = new Promise((resolve) => child.on('close', resolve))
    return {child, ended, said, answers: createInterface({input: child.stdout})[Symbol.asyncIterator]()}
  }
  return {
    /** @param {(table: string) => string} sql the call, of the table's name. */
    async call(sql) {
      session ??= open()
      const table = `bench.events_${calls}`
      calls += 1
      const metadata = join(lake, '.phlo', 'warehouse', 'bench', 'events', 'metadata')
      const latest = readdirSync(metadata)
        .filter((file) => file.endsWith('.metadata.json'))
        .toSorted()
        .at(-1)
      const register = `CALL registered.system.register_table(table => '${table}', metadata_file => 'file://${join(metadata, latest)}')`
      const before = ['CREATE NAMESPACE IF NOT EXISTS registered.bench', register]
      session.child.stdin.write(`${JSON.stringify({before, call: sql(table)})}\n`)
      const {value, done} = await session.answers.next()
      if (done) throw new Error(`the session of Spark ended: ${endsOf(session.said.join(''))}`)
      const {ms, result} = JSON.parse(value)
      if (result === 0) throw new Error('Spark found nothing to do')
      return {call: ms, peak: treeMemory(session.child.pid)}
    },
    async close() {
      session?.child.stdin.end()
      await session?.ended
    },
  }
}
