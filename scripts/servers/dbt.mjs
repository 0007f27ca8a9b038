import {environment} from './venv.mjs'

/** dbt, with its adapter of DuckDB: it parses projects without a warehouse. */
export const name = 'dbt'

// Later versions of dbt-core bring a parser that is no package of PyPI.
const PACKAGES = ['dbt-core==1.10.23', 'dbt-duckdb==1.10.1', 'duckdb==1.5.5']

const judge = () => environment('dbt', PACKAGES)

export async function install() {
  await judge()
}

export async function start() {
  return {env: {PHLO_TEST_DBT: await judge()}, stop: async () => {}}
}
