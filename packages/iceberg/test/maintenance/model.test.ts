import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {headOf} from '@phlo/iceberg'
import fc from 'fast-check'
import {findingsOf} from '../inspect/checked.js'
import {type Lake, openLake} from '../support/lake.js'
import {createModelTable, perform, type Row, scanned, steps, textOf} from '../support/model.js'

let lake: Lake
let next = 0
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['m'], {})
})
afterAll(() => lake.close())

describe('any sequence of what writers and maintenance do to a table', () => {
  test.each(['1', '2', '3'])('leaves the rows that it should, on every snapshot: begun as v%s', async (version) => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, {minLength: 3, maxLength: 14}), async (sequence) => {
        const name = `m.t${next++}`
        await createModelTable(lake, name, version)
        let rows: readonly Row[] = []
        let first = 0n
        const snapshots = new Map<bigint, readonly string[]>()
        let rowIds: ReadonlyMap<bigint, bigint | null> = new Map()
        for (const step of sequence) {
          rows = await perform(lake, name, step, rows, first)
          if (step.do === 'append') first += BigInt(step.rows)
          const now = await scanned(lake, name, undefined)
          expect({step, rows: now.rows}).toEqual({step, rows: rows.map(textOf).sort()})
          for (const [id, rowId] of now.rowIds) {
            const known = rowIds.get(id)
            if (known !== undefined && known !== null) expect({step, id, rowId}).toEqual({step, id, rowId: known})
          }
          expect(new Set([...now.rowIds.values()].filter((id) => id !== null)).size).toBe(
            [...now.rowIds.values()].filter((id) => id !== null).length,
          )
          rowIds = now.rowIds
          const head = headOf(await lake.table(name))
          if (head) snapshots.set(head['snapshot-id'], now.rows)
        }
        for (const snapshot of (await lake.table(name)).metadata.snapshots) {
          const known = snapshots.get(snapshot['snapshot-id'])
          if (known) expect((await scanned(lake, name, snapshot)).rows).toEqual(known)
        }
        expect(await findingsOf(lake, await lake.table(name), {data: true, allSnapshots: true})).toEqual([])
      }),
      {numRuns: Number(process.env['PHLO_TEST_RUNS'] ?? 20)},
    )
  })
})
