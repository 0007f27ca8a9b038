import {existsSync, renameSync, rmSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {digest} from '../lib/digest.mjs'
import {mavenJars} from '../lib/maven.mjs'
import {root} from '../lib/places.mjs'
import {run} from '../lib/run.mjs'

/** The parsers of Spark and Trino, out of their own jars, without the engines around them. */
export const name = 'sql-parsers'

const folder = join(root, 'scripts', 'oracles', 'sql')
const pom = join(folder, 'pom.xml')
const sources = ['SqlParsers.java', 'SparkSql.java', 'TrinoSql.java'].map((file) => join(folder, file))

const jars = () => mavenJars(`sql-parsers-${digest(pom)}`, 'parse SQL as Spark and Trino do', [['-f', pom, 'dependency:copy-dependencies']])

async function classes(libraries) {
  const target = join(libraries, `classes-${digest(...sources)}`)
  if (existsSync(target)) return target
  const staging = `${target}.${process.pid}`
  await run('javac', ['-encoding', 'UTF-8', '-cp', join(libraries, '*'), '-d', staging, ...sources])
  rmSync(target, {recursive: true, force: true})
  renameSync(staging, target)
  return target
}

export async function install() {
  await classes(await jars())
}

export async function start() {
  const libraries = await jars()
  return {env: {PHLO_TEST_SQL_PARSERS: [await classes(libraries), join(libraries, '*')].join(delimiter)}, stop: async () => {}}
}
