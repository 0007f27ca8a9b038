import {randomUUID} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import {type IcebergTable, localPath, type Snapshot, type TableMetadata} from '@phlo/iceberg'
import type {Lake} from '../support/lake.js'
import {codesOf, findingsOf, openCheckedLake, twoCommits, withMetadataOf} from './checked.js'

let lake: Lake
let table: IcebergTable

beforeAll(async () => {
  lake = await openCheckedLake()
})
afterAll(() => lake.close())

const makeTable = async (version: number) => {
  ;({table} = await twoCommits(lake, version))
}

const withMetadata = (change: Partial<TableMetadata>) => withMetadataOf(table, change)
const snapshots = () => table.metadata.snapshots as readonly [Snapshot, Snapshot]

describe('metadata', () => {
  beforeEach(() => makeTable(3))

  test.each<[string, (metadata: TableMetadata) => Partial<TableMetadata>, string]>([
    ['a column id above the last one', () => ({'last-column-id': 2}), 'ID_BEYOND_LAST'],
    ['a partition field id above the last one', () => ({'last-partition-id': 999}), 'ID_BEYOND_LAST'],
    ['a snapshot log that ends elsewhere', (metadata) => ({'snapshot-log': metadata['snapshot-log'].slice(0, 1)}), 'SNAPSHOT_LOG_END'],
    ['an update before the newest snapshot', () => ({'last-updated-ms': 5}), 'LAST_UPDATED'],
    ['row ids that will be given twice', () => ({'next-row-id': 79n}), 'NEXT_ROW_ID'],
  ])('with %s', async (_, change, code) => {
    expect(new Set(codesOf(await findingsOf(lake, withMetadata(change(table.metadata)))))).toEqual(new Set([code]))
  })

  test('with a snapshot log and a metadata log that go back in time', async () => {
    const [first, second] = table.metadata['snapshot-log']
    const log = [
      {...(first as typeof first & object), 'timestamp-ms': (second?.['timestamp-ms'] ?? 0) + 100_000},
      second as typeof second & object,
    ]
    const later = {'last-updated-ms': table.metadata['last-updated-ms'] + 200_000}
    expect(codesOf(await findingsOf(lake, withMetadata({...later, 'snapshot-log': log})))).toEqual(['SNAPSHOT_LOG_ORDER'])
    const files = [9_000_000, 10].map((at) => ({'metadata-file': `file:///${at}.json`, 'timestamp-ms': at}))
    const gone = ['METADATA_LOG_GONE', 'METADATA_LOG_GONE']
    expect(codesOf(await findingsOf(lake, withMetadata({'metadata-log': files})))).toEqual(['METADATA_LOG_ORDER', ...gone])
  })

  test('with sequence numbers that are too high, the same, or below that of the parent', async () => {
    const [first, second] = snapshots()
    const check = async (one: bigint, two: bigint) => {
      const numbered = [
        {...first, 'sequence-number': one},
        {...second, 'sequence-number': two},
      ]
      return (await findingsOf(lake, withMetadata({snapshots: numbered}))).map(({code, message}) => `${code} ${message}`)
    }
    expect(await check(1n, 3n)).toEqual([expect.stringMatching(/^SEQUENCE_NUMBER .*last-sequence-number is 2/)])
    expect(await check(2n, 2n)).toEqual([
      expect.stringMatching(/^SEQUENCE_NUMBER .*has too/),
      expect.stringMatching(/^SEQUENCE_NUMBER .*its parent/),
    ])
  })

  test('with a snapshot of a schema, or a log entry of a snapshot, that is gone: notes', async () => {
    const [first, second] = snapshots()
    const found = await findingsOf(lake, withMetadata({snapshots: [first, {...second, 'schema-id': 7}]}))
    expect(found).toMatchObject([{severity: 'note', code: 'SCHEMA_GONE', subject: String(second['snapshot-id'])}])
    expect(await findingsOf(lake, withMetadata({snapshots: [second]}))).toMatchObject([{severity: 'note', code: 'SNAPSHOT_LOG_GONE'}])
  })

  test('with statistics that are missing, of another length, or of no snapshot', async () => {
    const path = `${table.location}/metadata/${randomUUID()}.stats`
    const id = snapshots()[1]['snapshot-id']
    const file = {'statistics-path': path, 'file-size-in-bytes': 9, 'snapshot-id': id}
    const check = async (given: typeof file) => codesOf(await findingsOf(lake, withMetadata({'partition-statistics': [given]})))
    expect(await check(file)).toEqual(['STATISTICS_MISSING'])
    await writeFile(localPath(path), '12345678')
    expect(await check(file)).toEqual(['STATISTICS_LENGTH'])
    expect(await check({...file, 'file-size-in-bytes': 8})).toEqual([])
    expect(await check({...file, 'file-size-in-bytes': 8, 'snapshot-id': 1n})).toEqual(['STATISTICS_OF_NOTHING'])
  })
})
