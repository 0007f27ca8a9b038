import {execFileSync} from 'node:child_process'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseTableName} from '@phlo/core'
import {createFileCatalog, icebergTable, localFileIO, rewritePath} from '@phlo/iceberg'
import type {Lake} from './lake.js'
import {mappedIO} from './mapped-io.js'

const archives = join(import.meta.dirname, '..', 'fixtures', 'spark')
/** Where Spark wrote them. */
const WRITTEN = '/tmp/phlo-fixtures'

type Row = Readonly<Record<string, unknown>>

/** What Spark reads in a table, as JSON has it; `scripts/fixtures/spark_tables.py` wrote it. */
export interface Expected {
  readonly metadata: string
  /** Sorted by their JSON. */
  readonly head: readonly Row[]
  readonly snapshots: Readonly<Record<string, readonly Row[]>>
  /** Of the kind `copy_on_write`: what Spark's change log says. */
  readonly changes?: readonly Row[]
  readonly net?: readonly Row[]
  readonly updates?: readonly Row[]
}

export const sparkKinds: readonly string[] = readdirSync(archives)
  .filter((name) => name.endsWith('.tar.gz'))
  .map((name) => name.slice(0, -'.tar.gz'.length))

/** Moves a table that Spark wrote into a lakehouse, as `spark.<kind>` unless it is given another name. */
export async function takeSparkTable(lake: Lake, kind: string, as = kind): Promise<{readonly name: string; readonly expected: Expected}> {
  execFileSync('tar', ['-C', lake.folder, '-xzf', join(archives, `${kind}.tar.gz`)])
  const expected = JSON.parse(readFileSync(join(lake.folder, `${kind}.json`), 'utf8')) as Expected
  const io = mappedIO(localFileIO(), WRITTEN, lake.folder)
  const files = createFileCatalog({name: 'files', openIO: async () => io})
  const path = {namespace: [], name: expected.metadata}
  const table = async () => icebergTable(files, path, await files.loadTable(path))
  const options = {sourcePrefix: `file://${WRITTEN}/${kind}`, targetPrefix: join(lake.folder, 'moved', as), copy: true}
  const plan = await rewritePath.plan(await table(), {...options, staging: join(lake.folder, 'staging', as)}, lake.context)
  const result = await rewritePath.execute(await table(), plan, lake.context)
  const name = `spark.${as}`
  await lake.catalog.registerTable(parseTableName(name), result.register.split(' ').at(-1) as string)
  return {name, expected}
}
