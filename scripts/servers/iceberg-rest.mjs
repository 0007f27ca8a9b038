import {join} from 'node:path'
import {digest} from '../lib/digest.mjs'
import {mavenJars} from '../lib/maven.mjs'
import {freePort, root, runFolder} from '../lib/places.mjs'
import {background, until} from '../lib/run.mjs'

/** Iceberg's own REST catalog, the server that it tests its clients with, over a SQLite file and a local warehouse. */
export const name = 'rest'

const pom = join(root, 'scripts', 'servers', 'iceberg-rest', 'pom.xml')

const jars = () =>
  mavenJars(`iceberg-rest-${digest(pom)}`, 'bring and run Iceberg’s REST catalog', [
    ['-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'],
  ])

export async function install() {
  await jars()
}

/** A suite that begins with nothing in the catalog has one for itself; the others bring namespaces of their own. */
export async function start() {
  const folder = await jars()
  const [shared, empty] = await Promise.all([startOne(folder), startOne(folder)])
  return {
    env: {PHLO_TEST_REST_URI: shared.uri, PHLO_TEST_REST_EMPTY_URI: empty.uri},
    stop: async () => void (await Promise.all([shared.stop(), empty.stop()])),
  }
}

async function startOne(jarFolder) {
  const folder = runFolder('iceberg-rest')
  const port = await freePort()
  const env = {
    ...process.env,
    // Java writes names of files in the encoding of the locale, and a machine may have none.
    LC_ALL: 'C.UTF-8',
    CATALOG_REST_PORT: String(port),
    CATALOG_CATALOG__IMPL: 'org.apache.iceberg.jdbc.JdbcCatalog',
    CATALOG_URI: `jdbc:sqlite:${join(folder, 'catalog.db')}`,
    CATALOG_JDBC_SCHEMA__VERSION: 'V1',
    // SQLite has one writer at a time.
    CATALOG_CLIENTS: '1',
    CATALOG_WAREHOUSE: `file://${join(folder, 'warehouse')}`,
  }
  const args = ['-Xmx512m', '-XX:+UseSerialGC', '-cp', join(jarFolder, '*'), 'org.apache.iceberg.rest.RESTCatalogServer']
  const server = background('java', args, {env, log: join(folder, 'log')})
  const uri = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${uri}/v1/config`)).ok, {within: 60_000, server, what: 'Iceberg’s REST catalog'})
  return {uri, stop: server.stop}
}
