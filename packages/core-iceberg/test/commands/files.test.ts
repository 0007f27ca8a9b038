import {beforeAll, describe, expect, test} from '@jest/globals'
import type {FileRow} from '@phlo/iceberg'
import {filesTable} from '../../src/views/files.js'
import {openShop, type Shop} from '../support/in-process.js'

describe('table files', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })

  test('lists every file of the head, for people and for scripts', async () => {
    const {stdout} = await shop.type(['table', 'files', 'shop.orders'])
    const {files, truncated} = await shop.must('table', 'files', 'shop.orders')
    const [header, ...lines] = stdout.trimEnd().split('\n')
    expect(header).toMatch(/^content +partition +rows +size +sequence +file$/)
    expect(lines.map((line) => line.split(/ +/).at(-1))).toEqual(files.map(({path}: FileRow) => path))
    expect(files.length).toBe(18)
    expect(truncated).toBe(false)
  })

  test('stops at the limit and says so', async () => {
    const {stdout, stderr} = await shop.type(['table', 'files', 'shop.orders', '--limit', '4'])
    expect(stdout.trimEnd().split('\n').length).toBe(5)
    expect(stderr).toContain('Only the first 4 files are shown.')
    expect(await shop.must('table', 'files', 'shop.orders', '--limit', '18')).toMatchObject({truncated: false})
    expect(await shop.must('table', 'files', 'shop.orders', '--limit', '17')).toMatchObject({truncated: true})
  })

  test('shows a table without files as its header', async () => {
    await shop.must('table', 'create', 'shop.empty', '--schema', 'id: long')
    const {stdout} = await shop.type(['table', 'files', 'shop.empty'])
    expect(stdout).toMatch(/^content +partition +rows +size +sequence +file\n$/)
  })
})

test('a page of files is laid out like those before it, or wider, and has no header of its own', () => {
  const file = (given: Partial<FileRow>): FileRow => ({
    content: 'data',
    path: '/a.parquet',
    format: 'PARQUET',
    partition: 'country=NZ',
    specId: 0,
    records: 1,
    size: 2048,
    sequenceNumber: '1',
    snapshotId: '1',
    sortOrderId: null,
    ...given,
  })
  const layOut = filesTable()
  expect(layOut([file({records: 12_345})]).split('\n')).toEqual([
    'content  partition    rows   size  sequence  file',
    'data     country=NZ  12345  2 KiB         1  /a.parquet',
  ])
  expect(layOut([file({}), file({sequenceNumber: '1234567890'})]).split('\n')).toEqual([
    'data     country=NZ      1  2 KiB           1  /a.parquet',
    'data     country=NZ      1  2 KiB  1234567890  /a.parquet',
  ])
})
