import {type ChildProcess, spawn} from 'node:child_process'
import {expect} from '@jest/globals'
import {liveFiles} from '@phlo/iceberg'
import type {Lake} from '../support/lake.js'
import {createRowsTable, wholeBatches, worker} from '../support/rows-table.js'

const APPENDERS = 8
const COMMITS = 10

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<string>
}

function start(lake: Lake, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [worker, lake.uri, lake.folder, ...args], {stdio: ['pipe', 'pipe', 'pipe']})
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const ended = new Promise<string>((resolve, reject) => {
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`worker ${args.join(' ')} ended with ${code}: ${errors}`)),
    )
  })
  return {child, ended}
}

/** Eight processes append while two optimize and one expires. Afterwards every commit is there, whole, and every file is. */
export async function crowd(lake: Lake): Promise<void> {
  await createRowsTable(lake, {'commit.retry.num-retries': '200', 'commit.retry.min-wait-ms': '5', 'commit.retry.max-wait-ms': '200'})
  const maintainers = ['optimize', 'optimize', 'expire'].map((job) => start(lake, job, 'loop'))
  const appenders = Array.from({length: APPENDERS}, (_, index) => start(lake, 'append', String(COMMITS), String(index * COMMITS)))
  const appended = await Promise.all(appenders.map(({ended}) => ended))
  for (const {child} of maintainers) child.stdin?.end()
  const maintained = await Promise.all(maintainers.map(({ended}) => ended))

  expect(appended.flatMap((output) => output.match(/^batch \d+$/gm) ?? [])).toHaveLength(APPENDERS * COMMITS)
  expect(maintained.map((output) => /^done \d+$/m.test(output))).toEqual([true, true, true])
  const table = await lake.table('t.rows')
  expect(await wholeBatches(table)).toEqual(Array.from({length: APPENDERS * COMMITS}, (_, batch) => batch))
  for (const snapshot of table.metadata.snapshots) {
    await wholeBatches(table, snapshot)
    for await (const {path, size} of liveFiles(table, {snapshotId: snapshot['snapshot-id']})) {
      expect(await table.io.stat(path)).toMatchObject({size})
    }
  }
}
