import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {appendFiles, headOf, type Leaf, type Snapshot, scanChanges, writeDataFiles} from '@phlo/iceberg'
import fc from 'fast-check'
import {closeSound} from '../support/close-sound.js'
import {deleteByEquality, deleteByPosition} from '../support/delete-rows.js'
import {type Lake, openLake} from '../support/lake.js'
import {createModelTable, perform, type Row, scanned, steps} from '../support/model.js'

let lake: Lake
let next = 0
beforeAll(async () => {
  lake = await openLake()
  await lake.catalog.createNamespace(['m'], {})
})
afterAll(() => closeSound(lake))

async function newTable(version: string): Promise<string> {
  const name = `m.t${next++}`
  await createModelTable(lake, name, version)
  return name
}

interface Change {
  readonly type: string
  readonly ordinal: number
  readonly snapshot: bigint
  readonly row: string
}

async function changes(name: string, options: Parameters<typeof scanChanges>[1]): Promise<readonly Change[]> {
  const found: Change[] = []
  for await (const batch of scanChanges(await lake.table(name), options)) {
    const columns = batch.schema.fields.map((field) => batch.getChild(field.name))
    for (let row = 0; row < batch.numRows; row++) {
      const [type, ordinal, snapshot, ...values] = columns.map((column) => column?.get(row))
      found.push({type, ordinal, snapshot, row: values.map(String).join(' ')})
    }
  }
  return found
}

/** What a multiset of rows has to lose and to gain in order to be another. */
function difference(
  before: readonly string[],
  after: readonly string[],
): {readonly gone: readonly string[]; readonly came: readonly string[]} {
  const came = [...after]
  const gone = before.filter((row) => {
    const at = came.indexOf(row)
    if (at >= 0) came.splice(at, 1)
    return at < 0
  })
  return {gone: gone.sort(), came: came.sort()}
}

const rowsWith = (all: readonly Change[], type: string) =>
  all
    .filter((change) => change.type === type)
    .map(({row}) => row)
    .sort()

describe('the changes between snapshots', () => {
  test.each(['1', '2', '3'])('are what became of the rows, one by one and net: v%s', async (version) => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, {minLength: 3, maxLength: 10}), fc.constantFrom(2_000, 2 ** 28), async (sequence, memory) => {
        const name = await newTable(version)
        let rows: readonly Row[] = []
        let first = 0n
        for (const step of sequence) {
          rows = await perform(lake, name, step, rows, first)
          if (step.do === 'append') first += BigInt(step.rows)
        }
        const table = await lake.table(name)
        const line: Snapshot[] = []
        const known = new Map(table.metadata.snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]))
        for (let at = headOf(table); at; at = known.get(at['parent-snapshot-id'] ?? -1n)) line.unshift(at)
        const contents = await Promise.all(line.map((snapshot) => scanned(lake, name, snapshot)))
        for (const [index, to] of line.entries()) {
          const from = line[index - 1]
          if (!from) continue
          const {gone, came} = difference(contents[index - 1]?.rows ?? [], contents[index]?.rows ?? [])
          const found = await changes(name, {from, to, memory})
          expect([rowsWith(found, 'DELETE'), rowsWith(found, 'INSERT'), found.length]).toEqual([gone, came, gone.length + came.length])
        }
        const [from, to] = [line[0], line.at(-1)]
        if (!from || !to || from === to) return
        const {gone, came} = difference(contents[0]?.rows ?? [], contents.at(-1)?.rows ?? [])
        const net = await changes(name, {from, to, memory, net: true})
        expect([rowsWith(net, 'DELETE'), rowsWith(net, 'INSERT'), net.length]).toEqual([gone, came, gone.length + came.length])
        const whole = await changes(name, {from, to, memory})
        const moments = whole.map(({ordinal}) => ordinal)
        expect(moments).toEqual([...moments].sort((a, b) => a - b))
        const told = line.slice(1).filter(({summary}) => summary?.operation !== 'replace')
        for (const {ordinal, snapshot} of whole) expect(snapshot).toBe(told[ordinal]?.['snapshot-id'])
      }),
      {numRuns: Number(process.env['PHLO_TEST_RUNS'] ?? 15)},
    )
  })

  test('are updates where columns identify the rows', async () => {
    const name = await newTable('2')
    await append(name, [1n, 2n, 3n], 10)
    const from = headOf(await lake.table(name)) as Snapshot
    await deleteByEquality(lake, name, 1, [2n, 3n])
    await append(name, [2n, 4n], 20)
    await append(name, [5n], 30)
    await deleteByPosition(lake, name, (id) => id === 5n)
    const shown = (found: readonly Change[]) => found.map(({type, ordinal, row}) => `${ordinal} ${type} ${row}`).sort()
    expect(shown(await changes(name, {from, net: true, identifier: ['id']}))).toEqual([
      '0 DELETE 3 10',
      '0 UPDATE_BEFORE 2 10',
      '1 INSERT 4 20',
      '1 UPDATE_AFTER 2 20',
    ])
    expect(shown(await changes(name, {from, identifier: ['id']}))).toEqual([
      '0 DELETE 2 10',
      '0 DELETE 3 10',
      '1 INSERT 2 20',
      '1 INSERT 4 20',
      '2 INSERT 5 30',
      '3 DELETE 5 30',
    ])
    expect(shown(await changes(name, {from, where: 'id > 3', columns: ['key']}))).toEqual(['1 INSERT 20', '2 INSERT 30', '3 DELETE 30'])
    expect(await changes(name, {from, limit: 3})).toHaveLength(3)
    await expect(changes(name, {from, net: true, identifier: ['key']})).rejects.toMatchObject({code: 'AMBIGUOUS_IDENTIFIER', exit: 6})
    await expect(changes(name, {from, identifier: ['nope']})).rejects.toMatchObject({code: 'COLUMN_NOT_FOUND', exit: 2})
  })

  test('begin with the first snapshot of the table unless they are told another', async () => {
    const name = await newTable('3')
    await append(name, [1n, 2n], 10)
    await deleteByPosition(lake, name, (id) => id === 1n)
    expect((await changes(name, {})).map(({type, row}) => `${type} ${row}`)).toEqual(['INSERT 1 10', 'INSERT 2 10', 'DELETE 1 10'])
    expect((await changes(name, {net: true})).map(({type, row}) => `${type} ${row}`)).toEqual(['INSERT 2 10'])
  })

  test('are not told where the history has a gap, or leads elsewhere', async () => {
    const name = await newTable('2')
    await append(name, [1n], 1)
    const first = headOf(await lake.table(name)) as Snapshot
    await append(name, [2n], 1)
    const second = headOf(await lake.table(name)) as Snapshot
    await append(name, [3n], 1)
    const {name: tableName} = await lake.table(name)
    await expect(changes(name, {from: second, to: first})).rejects.toMatchObject({code: 'NOT_AN_ANCESTOR', exit: 2})
    await lake.catalog.commitTable(tableName, [], [{action: 'remove-snapshots', 'snapshot-ids': [second['snapshot-id']]}])
    await expect(changes(name, {from: first})).rejects.toMatchObject({code: 'HISTORY_EXPIRED', exit: 6})
    await expect(changes(name, {})).rejects.toMatchObject({code: 'HISTORY_EXPIRED'})
  })
})

async function append(name: string, ids: readonly bigint[], key: number): Promise<void> {
  const table = await lake.table(name)
  const column = (leaf: Leaf) => {
    const values = ids.map((id) => (leaf.fieldId === 1 ? id : key))
    return {leaf, values, definitionLevels: new Uint8Array(ids.length).fill(1), rows: ids.length}
  }
  const batches = (async function* () {
    yield {rows: ids.length, column}
  })()
  await appendFiles(table, await writeDataFiles(table, batches, {signal: lake.context.signal, onStaged() {}, onRows() {}}), lake.context)
}
