import {expect} from '@jest/globals'
import {expireSnapshots, headOf, liveFiles, optimize, vacuum} from '@phlo/iceberg'
import {findingsOf} from '../inspect/checked.js'
import type {Profile} from './judges.js'
import type {Lake} from './lake.js'

export interface Judge {
  profile(lake: Lake, table: string): Promise<Profile>
}

const HOUR = 60 * 60 * 1000

/**
 * Optimizes, expires and vacuums a table, and has a judge look before and after each: every snapshot that is still there has the
 * rows, sums, nulls and NaNs that it had, and the new ones have those of the last.
 */
export async function maintainUnderJudgement(lake: Lake, name: string, judge: Judge): Promise<void> {
  const before = await judge.profile(lake, name)
  const last = before[String(headOf(await lake.table(name))?.['snapshot-id'])]
  expect(last?.rows).toBeGreaterThan(0)

  const {plan} = await lake.run(optimize, name, {verify: 'full'})
  expect(plan.inputFiles).toBeGreaterThan(plan.outputFiles)
  const optimized = await judge.profile(lake, name)
  const newest = String(headOf(await lake.table(name))?.['snapshot-id'])
  expect(Object.keys(optimized).sort()).toEqual([...Object.keys(before), newest].sort())
  expect(optimized).toEqual({...before, [newest]: last})
  expect((await lake.run(optimize, name, {})).plan.noop).toBe(true)

  await lake.run(expireSnapshots, name, {olderThan: 0})
  expect(await judge.profile(lake, name)).toEqual({[newest]: last})

  const later = {...lake.context, clock: {now: () => Date.now() + 2 * HOUR}}
  const table = await lake.table(name)
  const orphans = await vacuum.plan(table, {olderThan: HOUR, forceUnsafeAge: true}, later)
  await vacuum.execute(table, orphans, later)
  expect(await judge.profile(lake, name)).toEqual({[newest]: last})
  expect(await findingsOf(lake, await lake.table(name), {data: true, allSnapshots: true})).toEqual([])
  const files: string[] = []
  for await (const {path} of liveFiles(await lake.table(name))) files.push(path)
  expect(files.length).toBe(plan.outputFiles + plan.untouchedFiles)
}
