import {environment} from './venv.mjs'

const PACKAGES = {
  pyiceberg: ['pyiceberg[pyarrow,sql-sqlite,sql-postgres,pyiceberg-core,glue]==0.12.0', 'fastavro==1.12.1', 'thrift==0.22.0'],
  pyschemas: [
    ...['pyiceberg[pyarrow,sql-sqlite]==0.12.0', 'fastavro==1.12.1', 'pandera[pandas,polars]==0.35.0', 'pandas==3.1.1', 'polars==2.1.0'],
    ...['pydantic==2.14.3', 'grpcio-tools==1.85.1'],
    ...['duckdb==1.5.5', 'sqlglot==30.30.0', 'psycopg[binary]==3.3.9', 'open-data-contract-standard==3.2.0'],
  ],
  duckdb: ['duckdb==1.5.5', 'duckdb-extension-iceberg==1.5.5', 'duckdb-extension-avro==1.5.5'],
}

/** Judges in Python: PyIceberg, DuckDB with its Iceberg extension, and the tools that schemas are written for. Each has an environment of its own. */
export const name = 'python'

const judge = (of) => environment(of, PACKAGES[of])

export async function install() {
  for (const of of Object.keys(PACKAGES)) await judge(of)
}

export async function start() {
  return {
    env: {
      PHLO_TEST_PYICEBERG: await judge('pyiceberg'),
      PHLO_TEST_DUCKDB: await judge('duckdb'),
      PHLO_TEST_PYSCHEMAS: await judge('pyschemas'),
    },
    stop: async () => {},
  }
}
