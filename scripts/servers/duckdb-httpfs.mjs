import {environment} from './venv.mjs'

const VERSION = '1.5.5'

/** DuckDB with its extension for S3, from PyPI: a peer in the bench. */
export const name = 'duckdb-httpfs'

const python = () => environment(name, [`duckdb==${VERSION}`, `duckdb-extension-httpfs==${VERSION}`])

export async function install() {
  await python()
}

export async function start() {
  return {env: {PHLO_TEST_DUCKDB_HTTPFS: await python()}, stop: async () => {}}
}
