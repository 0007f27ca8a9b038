import {environment} from './venv.mjs'

const PACKAGES = {
  pyiceberg: ['pyiceberg[pyarrow,sql-sqlite,sql-postgres,pyiceberg-core]==0.12.0', 'fastavro==1.12.1'],
  duckdb: ['duckdb==1.5.5', 'duckdb-extension-iceberg==1.5.5', 'duckdb-extension-avro==1.5.5'],
}

/** Two judges in Python: PyIceberg, and DuckDB with its Iceberg extension. Each has an environment of its own. */
export const name = 'python'

const judge = (of) => environment(of, PACKAGES[of])

export async function install() {
  await judge('pyiceberg')
  await judge('duckdb')
}

export async function start() {
  return {
    env: {PHLO_TEST_PYICEBERG: await judge('pyiceberg'), PHLO_TEST_DUCKDB: await judge('duckdb')},
    stop: async () => {},
  }
}
