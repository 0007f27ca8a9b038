import {mkdirSync, writeFileSync} from 'node:fs'
import {createConnection} from 'node:net'
import {delimiter, join} from 'node:path'
import {digest} from '../lib/digest.mjs'
import {javaOf} from '../lib/java.mjs'
import {mavenJars} from '../lib/maven.mjs'
import {freePort, root, runFolder} from '../lib/places.mjs'
import {background, until} from '../lib/run.mjs'
import * as postgres from './postgres.mjs'

/**
 * Hive metastores of the oldest version that Phlo takes, over Derby, and of the newest, over PostgreSQL: Hive 4 locks in a way that Derby
 * makes wait for a minute when several commit.
 */
export const name = 'hive'

const VERSIONS = ['2.3.10', '4.0.1']

const files = join(root, 'scripts', 'servers', 'hive')

const jars = (version) => {
  const pom = join(files, `pom-${version}.xml`)
  return mavenJars(`hive-${version}-${digest(pom)}`, `bring and run Hive’s metastore ${version}`, [
    ['-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'],
  ])
}

export async function install() {
  await postgres.install()
  for (const version of VERSIONS) await jars(version)
}

export async function start() {
  // Hadoop asks for a security manager, which Java 23 no longer gives.
  const java = await javaOf((version) => version >= 17 && version < 23, 'Java 17 to 22, which runs Hive’s metastore,')
  const started = []
  const stop = async () => {
    for (const server of started.toReversed()) await server.stop()
  }
  try {
    const cluster = await postgres.start()
    started.push(cluster)
    const address = new URL(cluster.env.PHLO_TEST_POSTGRES_URL)
    const [old, recent] = await Promise.all([
      launch(java, '2.3.10', (folder) => ({
        url: `jdbc:derby:;databaseName=${join(folder, 'metastore')};create=true`,
        driver: 'org.apache.derby.jdbc.EmbeddedDriver',
      })),
      launch(java, '4.0.1', () => ({
        url: `jdbc:postgresql://${address.host}${address.pathname}?user=${address.username}`,
        driver: 'org.postgresql.Driver',
      })),
    ])
    started.push(old, recent)
    await Promise.all([old.ready(), recent.ready()])
    return {env: {PHLO_TEST_HIVE2_URI: old.uri, PHLO_TEST_HIVE4_URI: recent.uri}, stop}
  } catch (error) {
    await stop()
    throw error
  }
}

async function launch(java, version, databaseIn) {
  const lib = await jars(version)
  const folder = runFolder(`hive-${version}`)
  const port = await freePort()
  const database = databaseIn(folder)
  const conf = join(folder, 'conf')
  mkdirSync(conf)
  for (const name of ['hive-site.xml', 'metastore-site.xml']) writeFileSync(join(conf, name), site(folder, database))
  writeFileSync(join(conf, 'log4j2.properties'), LOG)
  const light = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
  const derby = [`-Dderby.stream.error.file=${join(folder, 'derby.log')}`, '-Dderby.locks.deadlockTimeout=1']
  const program = [join(files, 'Metastore.java'), database.url, String(port)]
  const args = [...light, ...derby, '-cp', [conf, join(lib, '*')].join(delimiter), ...program]
  // Java writes names of files in the encoding of the locale, and a machine may have none.
  const env = {...process.env, LC_ALL: 'C.UTF-8'}
  const server = background(java, args, {cwd: folder, env, log: join(folder, 'log')})
  const ready = () => until(() => listens(port), {within: 120_000, server, what: `Hive’s metastore ${version}`})
  return {...server, ready, uri: `thrift://127.0.0.1:${port}`}
}

/** Names of Hive 2 and of Hive 4: each takes what it knows. */
function site(folder, database) {
  const warehouse = `file://${join(folder, 'warehouse')}`
  const settings = {
    'javax.jdo.option.ConnectionURL': database.url,
    'javax.jdo.option.ConnectionDriverName': database.driver,
    'datanucleus.schema.autoCreateAll': true,
    'hive.metastore.schema.verification': false,
    'metastore.schema.verification': false,
    'hive.metastore.warehouse.dir': warehouse,
    // Hive 4 has a place for what it manages itself, in which it wants no other tables.
    'metastore.warehouse.dir': `file://${join(folder, 'managed')}`,
    'metastore.warehouse.external.dir': warehouse,
    'metastore.thrift.bind.host': '127.0.0.1',
    'metastore.expression.proxy': 'org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy',
    'hive.metastore.server.min.threads': 4,
    'metastore.server.min.threads': 4,
    // With it the logger of Hive 2 wants one more package.
    'hive.async.log.enabled': false,
  }
  const properties = Object.entries(settings).map(([key, value]) => `<property><name>${key}</name><value>${value}</value></property>`)
  return `<?xml version="1.0"?><configuration>${properties.join('')}</configuration>`
}

const LOG = [
  'status = error',
  'appender.c.type = Console',
  'appender.c.name = c',
  'rootLogger.level = warn',
  'rootLogger.appenderRef.c.ref = c',
]
  .join('\n')
  .concat('\n')

const listens = (port) =>
  new Promise((resolve, reject) => {
    const socket = createConnection({host: '127.0.0.1', port})
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', reject)
  })
