import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {mavenJars} from '../lib/maven.mjs'
import {environment} from './venv.mjs'

const SPARK = '4.0.5'
const JARS = ['org.apache.iceberg:iceberg-spark-runtime-4.0_2.13:1.11.0', 'org.xerial:sqlite-jdbc:3.50.3.0']

/** Spark with Iceberg's runtime, from PyPI and Maven: a peer in the bench. */
export const name = 'spark'

const jars = () =>
  mavenJars(
    `spark-jars-${JARS.map((jar) => jar.split(':').slice(1).join('-')).join('+')}`,
    'bring and run Spark',
    JARS.map((jar) => ['dependency:copy', `-Dartifact=${jar}`]),
  )

const python = () => environment('spark', [`pyspark==${SPARK}`])

export async function install() {
  await Promise.all([python(), jars()])
}

export async function start() {
  const folder = await jars()
  const list = readdirSync(folder).map((jar) => join(folder, jar))
  return {env: {PHLO_TEST_SPARK: await python(), PHLO_TEST_SPARK_JARS: list.join(',')}, stop: async () => {}}
}
