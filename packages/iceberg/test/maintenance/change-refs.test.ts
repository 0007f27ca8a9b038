import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {commitStateUnknown, isPhloError, type OperationPlan, type OperationResult, type TableOperation} from '@phlo/core'
import {
  appendFiles,
  createRef,
  type DataFile,
  deleteRef,
  expireSnapshots,
  fastForward,
  type IcebergTable,
  icebergTable,
  type RefState,
  refRows,
  replaceRef,
  rollback,
  setCurrent,
} from '@phlo/iceberg'
import fc from 'fast-check'
import {type Lake, openLake} from '../support/lake.js'
import {raced} from '../support/raced.js'

let lake: Lake
let next = 0
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['r'], {})
})
afterAll(() => lake.close())

/** A data file as a manifest tells of it; nothing here looks into it. */
const anyFile = (): DataFile => ({
  content: 'data',
  filePath: `file:///nowhere/${next++}.parquet`,
  fileFormat: 'PARQUET',
  specId: 0,
  partition: [],
  recordCount: 10,
  fileSizeInBytes: 100,
})

const append = async (name: string, ref = 'main') => appendFiles(await lake.table(name, ref), [anyFile()], lake.context)

async function makeTable(version: string, commits: number): Promise<string> {
  const name = `t${next++}`
  await lake.catalog.createTable(
    {namespace: ['r'], name},
    {schema: {type: 'struct', fields: [{id: 1, name: 'id', type: 'long', required: false}]}, properties: {'format-version': version}},
  )
  for (let commit = 0; commit < commits; commit++) await append(`r.${name}`)
  return `r.${name}`
}

const refsOf = async (name: string) => Object.fromEntries(refRows(await lake.table(name)).map(({name: ref, ...rest}) => [ref, rest]))
const idsOf = async (name: string) => (await lake.table(name)).metadata.snapshots.map((snapshot) => String(snapshot['snapshot-id']))

/** Plans on the table as it is, lets `meanwhile` happen, and executes on the table as it was: somebody else is first. */
async function late<Options, Plan extends OperationPlan, Result extends OperationResult>(
  operation: TableOperation<Options, Plan, Result, IcebergTable>,
  name: string,
  options: Options,
  meanwhile: () => Promise<unknown>,
): Promise<Result> {
  const stale = await lake.table(name)
  const plan = await operation.plan(stale, options, lake.context)
  await meanwhile()
  return operation.execute(stale, JSON.parse(JSON.stringify(plan)), lake.context)
}

describe('a change of refs', () => {
  const OUTDATED = {code: 'PLAN_OUTDATED', exit: 5}

  test('is made all the same when somebody else commits to another branch meanwhile', async () => {
    const name = await makeTable('2', 3)
    const [first] = await idsOf(name)
    await late(createRef, name, {type: 'tag', name: 'kept', at: first as string}, () => append(name))
    await lake.run(createRef, name, {type: 'branch', name: 'audit'})
    await late(setCurrent, name, {to: first as string}, () => append(name, 'audit'))
    expect(await refsOf(name)).toMatchObject({main: {snapshotId: first}, kept: {type: 'tag', snapshotId: first}})
    expect(await idsOf(name)).toHaveLength(5)
  })

  test('is a conflict when somebody moves the ref at the very moment of the commit', async () => {
    const name = await makeTable('2', 3)
    const [first] = (await idsOf(name)) as [string]
    const table = await raced(lake, name, () => append(name))
    const plan = await rollback.plan(table, {to: first}, lake.context)
    await expect(rollback.execute(table, plan, lake.context)).rejects.toMatchObject(OUTDATED)
    expect((await refsOf(name))['main']?.snapshotId).toBe((await idsOf(name))[3])
  })

  test('is a conflict when the ref moved, was made, was deleted, or got another retention meanwhile', async () => {
    const name = await makeTable('2', 3)
    const [first, second] = (await idsOf(name)) as [string, string]
    const branch = {type: 'branch' as const, name: 'audit'}
    await expect(late(rollback, name, {to: first}, () => append(name))).rejects.toMatchObject(OUTDATED)
    await expect(late(createRef, name, branch, () => lake.run(createRef, name, {...branch, at: first}))).rejects.toMatchObject(OUTDATED)
    await expect(
      late(replaceRef, name, {...branch, at: second}, () => lake.run(replaceRef, name, {...branch, at: first, maxRefAge: 1000})),
    ).rejects.toMatchObject(OUTDATED)
    await expect(late(deleteRef, name, branch, () => append(name, 'audit'))).rejects.toMatchObject(OUTDATED)
    const old = {type: 'branch' as const, name: 'old'}
    await lake.run(createRef, name, {...old, at: first})
    const forward = late(fastForward, name, {branch: 'old', to: 'main'}, () => lake.run(deleteRef, name, old))
    await expect(forward).rejects.toMatchObject(OUTDATED)
    const setMain = late(setCurrent, name, {to: second}, () =>
      lake.run(replaceRef, name, {type: 'branch', name: 'main', maxSnapshotAge: 5}),
    )
    await expect(setMain).rejects.toMatchObject({...OUTDATED, message: expect.stringContaining('another retention')})
    expect(Object.keys(await refsOf(name))).toEqual(['main', 'audit'])
  })

  test('is a conflict when the snapshot has expired meanwhile', async () => {
    const name = await makeTable('2', 3)
    const [first] = (await idsOf(name)) as [string]
    const expire = () => lake.run(expireSnapshots, name, {snapshotIds: [first], metadataOnly: true})
    const creating = late(createRef, name, {type: 'tag', name: 'kept', at: first}, expire)
    await expect(creating).rejects.toMatchObject({...OUTDATED, message: expect.stringContaining('expired')})
  })

  test('that the catalog did not confirm is looked up, and is done when it was', async () => {
    const name = await makeTable('2', 2)
    const table = await lake.table(name)
    const silent = {
      ...lake.catalog,
      async commitTable(...given: Parameters<typeof lake.catalog.commitTable>): Promise<never> {
        await lake.catalog.commitTable(...given)
        throw commitStateUnknown('the connection broke')
      },
    }
    const own = icebergTable(silent, table.name, await lake.catalog.loadTable(table.name))
    const plan = await createRef.plan(own, {type: 'tag', name: 'kept', maxRefAge: 5}, lake.context)
    const {changes, undo} = await createRef.execute(own, plan, lake.context)
    expect(await refsOf(name)).toMatchObject({kept: {type: 'tag', maxRefAge: 5}})
    expect({changes, undo}).toEqual({changes: plan.changes, undo: `phlo snapshot tag delete ${name} kept`})
  })

  test('keeps what it does not know of a branch', async () => {
    const name = await makeTable('2', 2)
    const table = await lake.table(name)
    const [first] = await idsOf(name)
    const {metadata} = table
    const main = {...metadata.refs['main'], 'of-tomorrow': 'x', 'max-snapshot-age-ms': 7} as NonNullable<(typeof metadata.refs)['main']>
    const odd = {...table, metadata: {...metadata, refs: {main}}}
    const updates: unknown[] = []
    const source = {
      ...lake.catalog,
      async commitTable(...given: Parameters<typeof lake.catalog.commitTable>) {
        updates.push(...given[2])
        return lake.catalog.commitTable(...given)
      },
    }
    const plan = await rollback.plan(odd, {to: first as string}, lake.context)
    const own: IcebergTable = {...odd, source, refresh: async () => own}
    await rollback.execute(own, plan, lake.context)
    expect(updates).toMatchObject([
      {action: 'set-snapshot-ref', 'snapshot-id': BigInt(first as string), 'of-tomorrow': 'x', 'max-snapshot-age-ms': 7},
    ])
  })
})

test.each([
  [createRef, {type: 'tag' as const, name: 'x', minSnapshotsToKeep: 2}, 'branches'],
  [createRef, {type: 'branch' as const, name: 'x', minSnapshotsToKeep: 0.5}, 'above 0'],
  [createRef, {type: 'branch' as const, name: 'x', maxSnapshotAge: -1}, 'above 0'],
  [replaceRef, {type: 'branch' as const, name: 'main', maxRefAge: 1}, 'never expires'],
])('a retention that makes no sense is refused: %#', async (operation, options, why) => {
  const name = await makeTable('2', 1)
  await expect(operation.plan(await lake.table(name), options, lake.context)).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    exit: 2,
    message: expect.stringContaining(why),
  })
})

test('any sequence of changes leaves the refs that a model has, and each that is refused changes nothing', async () => {
  const name = fc.constantFrom('main', 'a', 'b')
  const type = fc.constantFrom('branch' as const, 'tag' as const)
  const commit = fc.nat(4)
  const retention = fc.record({maxRefAge: fc.integer({min: 1, max: 9})}, {requiredKeys: []})
  const step = fc.oneof(
    fc.record({do: fc.constantFrom('create' as const, 'replace' as const), type, name, commit, retention}),
    fc.record({do: fc.constant('delete' as const), type, name}),
    fc.record({do: fc.constantFrom('rollback' as const, 'set-current' as const, 'fast-forward' as const), name, commit}),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('1', '2', '3'), fc.array(step, {minLength: 1, maxLength: 12}), async (version, steps) => {
      const table = await makeTable(version, 5)
      const ids = await idsOf(table)
      const idAt = (index: number) => ids[index] as string
      const model = new Map<string, RefState>([['main', {type: 'branch', snapshotId: idAt(4)}]])
      for (const what of steps) {
        const now = model.get(what.name)
        const before = (await lake.table(table)).metadataLocation
        const attempt = async <Options>(
          operation: TableOperation<Options, OperationPlan, OperationResult, IcebergTable>,
          options: Options,
          ref = 'main',
        ) => {
          try {
            const plan = await operation.plan(await lake.table(table, ref), options, lake.context)
            await operation.execute(await lake.table(table, ref), plan, lake.context)
            return true
          } catch (error) {
            expect(isPhloError(error) && error.exit).toBeGreaterThan(1)
            expect((await lake.table(table)).metadataLocation).toBe(before)
            return false
          }
        }
        if (what.do === 'create' || what.do === 'replace') {
          const options = {type: what.type, name: what.name, at: idAt(what.commit), ...what.retention}
          const isCreating = what.do === 'create'
          const allowed = isCreating ? now === undefined : now?.type === what.type && !(what.name === 'main' && what.retention.maxRefAge)
          expect(await attempt(isCreating ? createRef : replaceRef, options)).toBe(allowed)
          if (allowed) model.set(what.name, {...now, type: what.type, snapshotId: idAt(what.commit), ...what.retention})
        } else if (what.do === 'delete') {
          const allowed = what.name !== 'main' && now?.type === what.type
          expect(await attempt(deleteRef, {type: what.type, name: what.name})).toBe(allowed)
          if (allowed) model.delete(what.name)
        } else {
          const head = ids.indexOf(now?.snapshotId ?? '')
          const to = idAt(what.commit)
          const direction = what.do === 'rollback' ? what.commit <= head : what.do === 'fast-forward' ? what.commit >= head : true
          const allowed = now?.type === 'branch' && direction
          const done =
            what.do === 'fast-forward'
              ? await attempt(fastForward, {branch: what.name, to})
              : await attempt(what.do === 'rollback' ? rollback : setCurrent, {to}, what.name)
          expect(done).toBe(allowed)
          if (allowed) model.set(what.name, {...now, snapshotId: to})
        }
        expect(await refsOf(table)).toMatchObject(Object.fromEntries(model))
        expect(Object.keys(await refsOf(table)).sort()).toEqual([...model.keys()].sort())
        expect(await idsOf(table)).toEqual(ids)
      }
    }),
    {numRuns: 40},
  )
})
