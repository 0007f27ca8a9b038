import {join} from 'node:path'
import {javaOf} from '../lib/java.mjs'
import {mavenJars} from '../lib/maven.mjs'
import {freePort, runFolder} from '../lib/places.mjs'
import {background, until} from '../lib/run.mjs'
import * as s3 from './s3.mjs'

/** The newest whose server Maven Central has; it needs Java 21. */
const VERSION = '0.99.0'
const JAVA = 21

/** Project Nessie, in memory. Its Iceberg REST side has the warehouse `warehouse`, on an S3 server of its own; without Go nothing is kept in it. */
export const name = 'nessie'

const jar = `nessie-quarkus-${VERSION}-runner.jar`

const program = async () => {
  const artifact = `-Dartifact=org.projectnessie.nessie:nessie-quarkus:${VERSION}:jar:runner`
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy'
  return join(await mavenJars(`nessie-${VERSION}`, 'bring and run the Nessie server', [[copy, artifact]]), jar)
}

export async function install() {
  await program()
}

/** One server. @param {{[setting: string]: string}} storage where the warehouse of its Iceberg REST side is, and the keys to it */
async function serve(path, storage, memory) {
  const command = await javaOf((version) => version >= JAVA, `Java ${JAVA} or newer, which runs the Nessie server,`)
  const folder = runFolder('nessie')
  const [port, management] = [await freePort(), await freePort()]
  const settings = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': management,
    'quarkus.http.access-log.enabled': false,
    'nessie.catalog.default-warehouse': 'warehouse',
    'nessie.catalog.warehouses.warehouse.location': 's3://warehouse/',
    'nessie.catalog.service.s3.default-options.region': 'us-east-1',
    'nessie.catalog.service.s3.default-options.path-style-access': true,
    'nessie.catalog.service.s3.default-options.access-key': 'urn:nessie-secret:quarkus:phlo-secrets.s3',
    ...storage,
  }
  const options = Object.entries(settings).map(([key, value]) => `-D${key}=${value}`)
  const light = [`-Xmx${memory}`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '--enable-native-access=ALL-UNNAMED']
  const server = background(command, [...light, ...options, '-jar', path], {cwd: folder, log: join(folder, 'log')})
  const uri = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${uri}/api/v2/config`)).ok, {within: 240_000, server, what: 'the Nessie server'})
  return {uri, stop: server.stop}
}

/**
 * One for tables in local files, and one beside an S3 server: whoever cleans up after one looks at all of its tables.
 *
 * @param {{memory?: string}} [options] `memory` is the most that Java's heap may take
 */
export async function start({memory = '512m'} = {}) {
  const path = await program()
  const storage = await s3.start({buckets: ['warehouse']}).catch(() => undefined)
  const servers = [serve(path, {'phlo-secrets.s3.name': 'nobody', 'phlo-secrets.s3.secret': 'nothing'}, memory)]
  if (storage) {
    const {PHLO_TEST_S3_ENDPOINT: endpoint, PHLO_TEST_S3_ACCESS_KEY: name, PHLO_TEST_S3_SECRET_KEY: secret} = storage.env
    const at = {'nessie.catalog.service.s3.default-options.endpoint': endpoint}
    servers.push(serve(path, {...at, 'phlo-secrets.s3.name': name, 'phlo-secrets.s3.secret': secret}, memory))
  }
  const settled = await Promise.allSettled(servers)
  const stop = async () => {
    for (const {value} of settled) await value?.stop()
    await storage?.stop()
  }
  const failed = settled.find(({status}) => status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  const [local, far] = settled.map(({value}) => value)
  const beside = far && {PHLO_TEST_NESSIE_S3_URI: far.uri, PHLO_TEST_NESSIE_S3_ENDPOINT: storage.env.PHLO_TEST_S3_ENDPOINT}
  return {env: {PHLO_TEST_NESSIE_URI: `${local.uri}/api/v2`, ...beside}, stop}
}
