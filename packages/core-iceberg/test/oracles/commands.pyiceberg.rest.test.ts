import {randomBytes} from 'node:crypto'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import {pyiceberg} from '../../../iceberg/test/support/judges.js'
import {required} from '../../../iceberg/test/support/required.js'
import {maintainByCommands, sharedLake} from '../support/judged.js'
import {treeOf, writeOrders} from '../support/phlo.js'

const restLake = () => sharedLake(required('PHLO_TEST_REST_URI'))
const newNamespace = () => `n${randomBytes(6).toString('hex')}`

describe('PyIceberg, through the same REST server,', () => {
  test('finds its table as it was after every command that maintains it', async () => {
    const lake = restLake()
    const table = `${newNamespace()}.orders`
    pyiceberg.create(lake, table, 2, 6, 50)
    await maintainByCommands(lake, table, pyiceberg)
  })

  test('finds its rows through statistics, manifests, branches and format version 3', async () => {
    const lake = restLake()
    const table = `${newNamespace()}.orders`
    pyiceberg.create(lake, table, 2, 3, 20)
    const head = () => pyiceberg.profile(lake, table)[pyiceberg.refs(lake, table).ancestors[0] as string]
    const before = head()
    expect(before?.rows).toBe(60)
    await lake.must('table', 'compute-stats', table, '--yes')
    await lake.must('table', 'compute-partition-stats', table, '--yes')
    await lake.must('table', 'rewrite-manifests', table, '--yes')
    await lake.must('snapshot', 'branch', 'create', table, 'audit', '--yes')
    await lake.must('snapshot', 'branch', 'delete', table, 'audit', '--yes')
    expect(head()).toEqual(before)
    await lake.must('table', 'upgrade', table, '--format-version', '3', '--yes')
    await lake.must('table', 'optimize', table, '--min-input-files', '2', '--yes')
    expect(head()).toEqual(before)
    expect(await lake.must('table', 'show', table)).toMatchObject({formatVersion: 3})
    expect(await lake.must('table', 'check', table)).toMatchObject({findings: []})
  })

  test('reads and fills a table that Phlo makes, merges, evolves, tags and rolls back', async () => {
    const lake = restLake()
    const namespace = newNamespace()
    const table = `${namespace}.orders`
    const rows = () => Object.values(pyiceberg.profile(lake, table)).at(-1)?.rows
    await lake.must('namespace', 'create', namespace)
    await lake.must('table', 'create', table, '--schema', 'id: long, amount: double, country: string', '--partition-by', 'country')
    for (const first of [0, 30, 60]) await lake.must('table', 'append', table, writeOrders(join(lake.cwd, 'orders.arrow'), 30, first))
    expect(rows()).toBe(90)
    const before = pyiceberg.refs(lake, table).ancestors[0] as string

    await lake.must('table', 'optimize', table, '--min-input-files', '2', '--yes')
    expect(rows()).toBe(90)
    await lake.must('table', 'properties', table, '--set', 'owner=ada')
    await lake.must('snapshot', 'tag', 'create', table, 'monday', '--at', before, '--yes')
    await lake.must('snapshot', 'rollback', table, '--to', before, '--yes')
    expect(pyiceberg.refs(lake, table)).toMatchObject({
      refs: {main: {snapshotId: before}, monday: {type: 'tag', snapshotId: before}},
      ancestors: [before, expect.anything(), expect.anything()],
    })
    expect((await lake.must('table', 'properties', table)).properties).toMatchObject({owner: 'ada'})

    const {location} = await lake.must('table', 'show', table)
    const tree = () => treeOf(new URL(location).pathname)
    const untouched = tree()
    const {plan} = await lake.must('table', 'vacuum', table, '--older-than', '0s', '--force-unsafe-age', '--dry-run')
    // The server writes through Hadoop, which leaves a checksum beside each local file.
    expect(plan.files.map(({path}: {path: string}) => path).filter((path: string) => !path.endsWith('.crc'))).toEqual([])
    expect(tree()).toEqual(untouched)

    const moved = `${namespace}.moved`
    await lake.must('table', 'rename', table, moved)
    expect((await lake.must('table', 'list', namespace)).tables).toEqual([moved])
    expect(Object.values(pyiceberg.profile(lake, moved)).at(-1)?.rows).toBe(90)
    const {metadataLocation} = await lake.must('table', 'show', moved)
    await lake.must('table', 'drop', moved, '--yes')
    await lake.must('table', 'register', table, metadataLocation)
    expect(rows()).toBe(90)
  })
})
