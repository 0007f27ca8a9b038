import {existsSync, mkdirSync, readdirSync, renameSync} from 'node:fs'
import {join} from 'node:path'
import {cacheFolder} from '../lib/places.mjs'
import {has, run} from '../lib/run.mjs'
import {environment} from './venv.mjs'

const SPARK = '4.0.5'
const JARS = ['org.apache.iceberg:iceberg-spark-runtime-4.0_2.13:1.11.0', 'org.xerial:sqlite-jdbc:3.50.3.0']

/** Spark with Iceberg's runtime, from PyPI and Maven: a peer in the bench. */
export const name = 'spark'

async function jars() {
  const folder = join(cacheFolder(), `spark-jars-${JARS.map((jar) => jar.split(':').slice(1).join('-')).join('+')}`)
  if (existsSync(folder)) return folder
  if (!(await has('mvn'))) throw new Error('Maven and Java, which bring and run Spark, are not installed')
  const staging = `${folder}.${process.pid}`
  mkdirSync(staging)
  for (const jar of JARS) {
    await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${jar}`, `-DoutputDirectory=${staging}`])
  }
  renameSync(staging, folder)
  return folder
}

const python = () => environment('spark', [`pyspark==${SPARK}`])

export async function install() {
  await Promise.all([python(), jars()])
}

export async function start() {
  const folder = await jars()
  const list = readdirSync(folder).map((jar) => join(folder, jar))
  return {env: {PHLO_TEST_SPARK: await python(), PHLO_TEST_SPARK_JARS: list.join(',')}, stop: async () => {}}
}
