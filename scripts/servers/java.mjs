import {existsSync, renameSync, rmSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {digest} from '../lib/digest.mjs'
import {mavenJars} from '../lib/maven.mjs'
import {root} from '../lib/places.mjs'
import {run} from '../lib/run.mjs'

/** The judge in Java: small programs on Iceberg's own jars, which Maven brings. */
export const name = 'java'

const pom = join(root, 'scripts', 'oracles', 'java', 'pom.xml')
const sources = ['Judge', 'Deleted', 'Staged', 'Typed', 'Statistics', 'Fingerprints', 'Sorted', 'Vectors', 'Schemas'].map((name) =>
  join(root, 'scripts', 'oracles', 'java', `${name}.java`),
)

const jars = () => mavenJars(`java-${digest(pom)}`, 'run Iceberg’s own library', [['-f', pom, 'dependency:copy-dependencies']])

async function classes(folder) {
  const target = join(folder, `classes-${digest(...sources)}`)
  if (existsSync(target)) return target
  const staging = `${target}.${process.pid}`
  await run('javac', ['-encoding', 'UTF-8', '-cp', join(folder, '*'), '-d', staging, ...sources])
  rmSync(target, {recursive: true, force: true})
  renameSync(staging, target)
  return target
}

export async function install() {
  await classes(await jars())
}

export async function start() {
  const folder = await jars()
  return {env: {PHLO_TEST_JAVA_CLASSPATH: [await classes(folder), join(folder, '*')].join(delimiter)}, stop: async () => {}}
}
