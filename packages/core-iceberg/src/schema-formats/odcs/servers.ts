import type {Dialect} from '../sql/dialects.js'

type Server = Readonly<Record<string, unknown>>

/** Whose words physical types are, by the type of a server. */
const DIALECTS: Readonly<Record<string, Dialect>> = {
  ...{
    databricks: 'spark',
    trino: 'trino',
    presto: 'trino',
    athena: 'trino',
    duckdb: 'duckdb',
    snowflake: 'snowflake',
    bigquery: 'bigquery',
  },
  ...{postgres: 'postgres', postgresql: 'postgres', redshift: 'postgres', cockroachdb: 'postgres'},
}

const serversOf = (servers: readonly unknown[]) =>
  servers.filter((server): server is Server => typeof server === 'object' && server !== null && !Array.isArray(server))

/** The one thing that all who say it say. */
function common<Value>(values: readonly (Value | undefined)[]): Value | undefined {
  const said = new Set(values.filter((value) => value !== undefined))
  return said.size === 1 ? [...said][0] : undefined
}

/** The dialect of the system that all servers of a contract are of. */
export const dialectOf = (servers: readonly unknown[]): Dialect | undefined =>
  common(serversOf(servers).map(({type}) => DIALECTS[String(type).toLowerCase()]))

/** The namespace of tables whose names have none: the schema, data set or database that all servers name. */
export function namespaceOf(servers: readonly unknown[]): readonly string[] {
  const names = serversOf(servers).map(({schema, dataset, database}) => schema ?? dataset ?? database)
  const name = common(names.filter((one) => typeof one === 'string' && one !== ''))
  return typeof name === 'string' ? name.split('.').filter((part) => part !== '') : []
}
