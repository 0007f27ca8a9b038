import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {cacheFolder} from '../lib/places.mjs'
import {has, run} from '../lib/run.mjs'

const PACKAGES = {
  pyiceberg: ['pyiceberg[pyarrow,sql-sqlite,sql-postgres,pyiceberg-core]==0.12.0', 'fastavro==1.12.1'],
  duckdb: ['duckdb==1.5.5', 'duckdb-extension-iceberg==1.5.5', 'duckdb-extension-avro==1.5.5'],
}

/** Two judges in Python: PyIceberg, and DuckDB with its Iceberg extension. Each has an environment of its own. */
export const name = 'python'

async function environment(judge) {
  const folder = cacheFolder(`python-${judge}`)
  const python = join(folder, 'bin', 'python')
  const stamp = join(folder, `installed-${PACKAGES[judge].join('+').replaceAll(/[^\w.+-]/g, '_')}`)
  if (existsSync(stamp)) return python
  if (!(await has('python3'))) throw new Error('Python 3, which runs PyIceberg and DuckDB, is not installed')
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder])
  await run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES[judge]])
  writeFileSync(stamp, '')
  return python
}

export async function install() {
  await environment('pyiceberg')
  await environment('duckdb')
}

export async function start() {
  return {
    env: {PHLO_TEST_PYICEBERG: await environment('pyiceberg'), PHLO_TEST_DUCKDB: await environment('duckdb')},
    stop: async () => {},
  }
}
