import * as dbt from '../servers/dbt.mjs'
import * as hive from '../servers/hive.mjs'
import * as rest from '../servers/iceberg-rest.mjs'
import * as java from '../servers/java.mjs'
import * as moto from '../servers/moto.mjs'
import * as nessie from '../servers/nessie.mjs'
import * as oidc from '../servers/oidc.mjs'
import * as postgres from '../servers/postgres.mjs'
import * as python from '../servers/python.mjs'
import * as s3 from '../servers/s3.mjs'
import * as sqlparsers from '../servers/sql-parsers.mjs'

/**
 * What a test file asks for by its name (`commit.postgres.test.ts`), and who provides it. A provider has `name`, `install()` and
 * `start()`, which resolves with `{env, stop}`.
 */
export const providers = {
  postgres,
  s3,
  pyiceberg: python,
  pyschemas: python,
  duckdb: python,
  java,
  rest,
  oidc,
  nessie,
  glue: moto,
  hive,
  sqlparsers,
  dbt,
}

/**
 * Starts each provider once. One that cannot be had is reported, not thrown.
 *
 * @returns {Promise<{env: Record<string, string>, missing: {name: string, why: string}[], stop: () => Promise<void>}>}
 */
export async function startServers(names) {
  const wanted = new Map(names.map((name) => [providers[name], name]))
  const started = []
  const missing = []
  const env = {}
  await Promise.all(
    [...wanted].map(async ([provider]) => {
      try {
        const server = await provider.start()
        started.push(server)
        Object.assign(env, server.env)
      } catch (error) {
        for (const name of names) {
          if (providers[name] === provider) missing.push({name, why: error.message.split('\n').slice(0, 3).join(' ')})
        }
      }
    }),
  )
  return {env, missing, stop: async () => void (await Promise.all(started.map((server) => server.stop())))}
}
