import {describe, expect, test} from '@jest/globals'
import type {DataFile, ManifestEntry} from '@phlo/iceberg'
import fc from 'fast-check'
import {deleteIndex} from '../../src/deletes/delete-index.js'
import {valueToBytes} from '../../src/spec/single-value.js'

const PATH_ID = 2147483546

/** Spec 0 is unpartitioned, 1 is by `kind`, 2 was by `kind` and is void. */
const metadata = {
  'current-schema-id': 1,
  schemas: [
    {type: 'struct' as const, 'schema-id': 0, fields: [{id: 9, name: 'old', required: false, type: 'int'}]},
    {
      type: 'struct' as const,
      'schema-id': 1,
      fields: [
        {id: 1, name: 'id', required: true, type: 'long'},
        {id: 2, name: 'kind', required: false, type: 'string'},
        {id: 3, name: 'ratio', required: false, type: 'double'},
        {
          id: 4,
          name: 'place',
          required: false,
          type: {type: 'struct' as const, fields: [{id: 5, name: 'zip', required: true, type: 'int'}]},
        },
      ],
    },
  ],
  'partition-specs': [
    {'spec-id': 0, fields: []},
    {'spec-id': 1, fields: [{'source-id': 2, 'field-id': 1000, name: 'kind', transform: 'identity'}]},
    {'spec-id': 2, fields: [{'source-id': 2, 'field-id': 1000, name: 'kind', transform: 'void'}]},
  ],
}

type Given = Partial<DataFile> & {readonly seq?: bigint; readonly status?: ManifestEntry['status']}

function entry(content: DataFile['content'], filePath: string, {seq = 5n, status = 'added', ...file}: Given = {}): ManifestEntry {
  const dataFile: DataFile = {
    ...{content, filePath, fileFormat: 'PARQUET', specId: 1, partition: ['a'], recordCount: 10, fileSizeInBytes: 1000},
    ...(content === 'equality-deletes' && {equalityIds: [1]}),
    ...file,
  }
  return {status, snapshotId: 1n, sequenceNumber: seq, fileSequenceNumber: seq, dataFile}
}

const data = (filePath: string, given?: Given) => entry('data', filePath, given)
const positions = (filePath: string, given?: Given) => entry('position-deletes', filePath, given)
const equality = (filePath: string, given?: Given) => entry('equality-deletes', filePath, given)
const vector = (referencedDataFile: string, given?: Given) =>
  positions('v.puffin', {fileFormat: 'PUFFIN', referencedDataFile, contentOffset: 4, contentSizeInBytes: 40, ...given})

const pathBounds = (lower: string, upper: string) => ({
  lowerBounds: new Map([[PATH_ID, Buffer.from(lower)]]),
  upperBounds: new Map([[PATH_ID, Buffer.from(upper)]]),
})

/** Metrics of one column: the range, and how many of ten values are null or NaN. */
const column = (id: number, type: string, lower?: unknown, upper?: unknown, nulls?: number, nans?: number): Partial<DataFile> => ({
  valueCounts: new Map([[id, 10]]),
  ...(nulls !== undefined && {nullValueCounts: new Map([[id, nulls]])}),
  ...(nans !== undefined && {nanValueCounts: new Map([[id, nans]])}),
  ...(lower !== undefined && {lowerBounds: new Map([[id, valueToBytes(type, lower as string)]])}),
  ...(upper !== undefined && {upperBounds: new Map([[id, valueToBytes(type, upper as string)]])}),
})

/** The paths of the delete files that apply to a data file. */
async function applied(deletes: readonly ManifestEntry[], file: ManifestEntry): Promise<string[]> {
  const index = await deleteIndex(deletes, metadata, 'sales.orders')
  return index.deletesFor(file).map(({dataFile}) => dataFile.filePath)
}

describe('by sequence number,', () => {
  const all = [4n, 5n, 6n]
  test('position deletes apply to files that are not newer', async () => {
    const deletes = all.map((seq) => positions(`p${seq}`, {seq}))
    expect((await applied(deletes, data('x', {seq: 5n}))).sort()).toEqual(['p5', 'p6'])
    const own = all.map((seq) => positions(`p${seq}`, {seq, referencedDataFile: 'x'}))
    expect((await applied(own, data('x', {seq: 5n}))).sort()).toEqual(['p5', 'p6'])
  })

  test('equality deletes apply to files that are older', async () => {
    for (const specId of [0, 1]) {
      const partition = specId === 0 ? [] : ['a']
      const deletes = all.map((seq) => equality(`e${seq}`, {seq, specId, partition}))
      expect(await applied(deletes, data('x', {seq: 5n}))).toEqual(['e6'])
    }
  })

  test('deleted entries are gone', async () => {
    const index = await deleteIndex([positions('p', {status: 'deleted'}), vector('x', {status: 'deleted'}), vector('x')], metadata, 't')
    expect(index.size).toBe(1)
    expect(index.deletesFor(data('x'))).toHaveLength(1)
  })
})

describe('by partition,', () => {
  test('deletes apply to the same partition of the same spec', async () => {
    const deletes = [positions('p', {seq: 9n}), equality('e', {seq: 9n})]
    expect(await applied(deletes, data('x'))).toEqual(['p', 'e'])
    expect(await applied(deletes, data('x', {partition: ['b']}))).toEqual([])
    expect(await applied(deletes, data('x', {partition: [null]}))).toEqual([])
    expect(await applied(deletes, data('x', {specId: 2}))).toEqual([])
  })

  test('equality deletes of an unpartitioned spec apply everywhere, position deletes do not', async () => {
    const nowhere = {specId: 0, partition: [], seq: 9n}
    const deletes = [positions('p', nowhere), equality('e', nowhere), equality('void', {specId: 2, partition: [null], seq: 9n})]
    expect((await applied(deletes, data('x'))).sort()).toEqual(['e', 'void'])
    expect((await applied(deletes, data('x', {specId: 0, partition: []}))).sort()).toEqual(['e', 'p', 'void'])
  })
})

describe('by data file,', () => {
  test('a deletion vector stands for all position deletes, and not for equality deletes', async () => {
    const deletes = [positions('shared'), positions('own', {referencedDataFile: 'x'}), vector('x'), equality('e', {seq: 9n})]
    expect(await applied(deletes, data('x'))).toEqual(['v.puffin', 'e'])
    expect(await applied(deletes, data('y'))).toEqual(['shared', 'e'])
  })

  test('position deletes with a referenced data file, or with equal bounds of file_path, are about that file only', async () => {
    const deletes = [positions('named', {referencedDataFile: 'x'}), positions('bounded', pathBounds('y', 'y'))]
    expect(await applied(deletes, data('x'))).toEqual(['named'])
    expect(await applied(deletes, data('y'))).toEqual(['bounded'])
    expect(await applied(deletes, data('z'))).toEqual([])
  })

  test('bounds of file_path leave out what is not between them, by bytes and not by UTF-16', async () => {
    const deletes = [positions('b-d', pathBounds('b', 'd')), positions('any'), positions('high', pathBounds('\u{ffff}', '\u{10ffff}'))]
    expect(await applied(deletes, data('a'))).toEqual(['any'])
    expect(await applied(deletes, data('c/1'))).toEqual(['any', 'b-d'])
    expect(await applied(deletes, data('d'))).toEqual(['any', 'b-d'])
    expect(await applied(deletes, data('d1'))).toEqual(['any'])
    expect(await applied(deletes, data('\u{1f986}'))).toEqual(['any', 'high'])
  })

  test('many files with bounds are found as by looking at each of them', async () => {
    const path = fc.stringMatching(/^[a-d]{0,3}$/)
    const bounds = fc.tuple(path, path).map(([a, b]) => (a < b ? [a, `${b}!`] : [b, `${a}!`]) as [string, string])
    await fc.assert(
      fc.asyncProperty(fc.array(bounds, {maxLength: 40}), fc.array(path, {maxLength: 10}), async (all, paths) => {
        const index = await deleteIndex(
          all.map(([lower, upper], at) => positions(`${at}`, pathBounds(lower, upper))),
          metadata,
          't',
        )
        for (const wanted of paths) {
          const expected = all.flatMap(([lower, upper], at) => (lower <= wanted && wanted <= upper ? [`${at}`] : []))
          expect(
            index
              .deletesFor(data(wanted))
              .map(({dataFile}) => dataFile.filePath)
              .sort(),
          ).toEqual(expected.sort())
        }
      }),
    )
  })
})

describe('by metrics, an equality delete', () => {
  const NEW = {seq: 9n}
  const long = (lower?: bigint, upper?: bigint, nulls?: number) => column(1, 'long', lower, upper, nulls)
  const text = (lower?: string, upper?: string, nulls?: number) => column(2, 'string', lower, upper, nulls)
  const double = (lower?: number, upper?: number, nulls?: number, nans?: number) => column(3, 'double', lower, upper, nulls, nans)
  test.each<[string, number, Partial<DataFile>, Partial<DataFile>, boolean]>([
    ['of other keys', 1, long(1n, 9n, 0), long(10n, 20n, 0), false],
    ['of lower keys', 1, long(11n, 19n, 0), long(1n, 10n, 0), false],
    ['of a key at the end of the range', 1, long(1n, 10n, 0), long(10n, 20n, 0), true],
    ['of other keys, of a required column without counts', 1, long(1n, 9n), long(10n, 20n), false],
    ['of other keys, where both have nulls', 2, text('a', 'b', 1), text('x', 'y', 1), true],
    ['of other keys, where only the data has nulls', 2, text('a', 'b', 1), text('x', 'y', 0), false],
    ['of other keys, where the nulls are not counted', 2, text('a', 'b'), text('x', 'y'), true],
    ['of nulls, where the data has none', 2, text('a', 'b', 0), text(undefined, undefined, 10), false],
    ['of keys, where the data is all null', 2, text(undefined, undefined, 10), text('a', 'b', 0), false],
    ['of nulls, where the data is all null', 2, text(undefined, undefined, 10), text(undefined, undefined, 10), true],
    ['without an upper bound', 2, text('x', 'y', 0), text('a', undefined, 0), true],
    ['without an upper bound, of higher keys', 2, text('a', 'b', 0), text('x', undefined, 0), false],
    ['without any metrics', 2, text('a', 'b', 0), {}, true],
    ['of texts beyond the UTF-16 order', 2, text('\u{1f986}', '\u{1f987}', 0), text('\u{ffff}', '\u{ffff}', 0), false],
    ['of NaN and other keys, where the data has NaN', 3, double(1, 2, 0, 1), double(5, 6, 0, 1), true],
    ['of NaN and other keys, where the data has none', 3, double(1, 2, 0, 0), double(5, 6, 0, 1), false],
    ['where NaNs are not counted', 3, double(1, 2, 0), double(5, 6, 0), true],
    ['of 0, where the data has -0', 3, double(-1, -0, 0, 0), double(0, 0, 0, 0), true],
    ['of a float that became a double', 3, double(1, 2, 0, 0), column(3, 'float', 5, 6, 0, 0), false],
    ['with a bound that is no value of the column', 3, double(1, 2, 0, 0), column(3, 'boolean', true, true, 0, 0), true],
    ['of a required field of a struct that may be null', 5, column(5, 'int', 1, 2), column(5, 'int', 8, 9), true],
    ['of a column that was dropped', 9, column(9, 'int', 1, 2, 0), column(9, 'int', 8, 9, 0), false],
    ['of a column that no schema has', 77, {}, {}, true],
  ])('%s', async (_, id, ours, theirs, applies) => {
    for (const scope of [{}, {specId: 0, partition: []}]) {
      expect(await applied([equality('e', {...NEW, ...scope, equalityIds: [id], ...theirs})], data('x', ours))).toEqual(
        applies ? ['e'] : [],
      )
    }
  })

  test('of two columns is left out when one of them is of other keys', async () => {
    const both = (range: readonly [string, string]) => ({
      valueCounts: new Map([[1, 10]]).set(2, 10),
      nullValueCounts: new Map([[1, 0]]).set(2, 0),
      lowerBounds: new Map([[1, valueToBytes('long', 1n)]]).set(2, valueToBytes('string', range[0])),
      upperBounds: new Map([[1, valueToBytes('long', 9n)]]).set(2, valueToBytes('string', range[1])),
    })
    const deletes = [equality('e', {...NEW, equalityIds: [1, 2], ...both(['a', 'c'])})]
    expect(await applied(deletes, data('x', both(['x', 'y'])))).toEqual([])
    expect(await applied(deletes, data('x', both(['b', 'y'])))).toEqual(['e'])
  })
})

describe('what contradicts itself is refused in a sentence that names the table and the files:', () => {
  test.each<[string, readonly ManifestEntry[], RegExp]>([
    ['two vectors of a file', [vector('x'), vector('x', {filePath: 'w.puffin'})], /x has two deletion vectors, in v.puffin and w.puffin/],
    ['a vector of no file', [vector(undefined as never)], /vector in v.puffin does not name its data file/],
    ['a data file among deletes', [data('y')], /y is a data file/],
    ['a vector of another partition', [vector('x', {partition: ['b']})], /v.puffin deletes rows of x, and is of another partition/],
    ['position deletes of another partition', [positions('p', {referencedDataFile: 'x', specId: 2})], /p deletes rows of x/],
    ['a vector that is older than its file', [vector('x', {seq: 4n})], /the deletion vector of x is older than it/],
  ])('%s', async (_, deletes, message) => {
    const error = await applied(deletes, data('x')).catch((thrown) => thrown)
    expect(error).toMatchObject({code: 'DELETES_CORRUPT', exit: 3, message: expect.stringMatching(message)})
    expect(error.message).toContain('sales.orders')
  })
})

test('20,000 position delete files over 2,000 data files are each found for the files that they are about', async () => {
  const name = (at: number) => `s3://lake/t/data/${String(at).padStart(6, '0')}.parquet`
  const deletes = Array.from({length: 20_000}, (_, at) => {
    const first = (at * 7) % 2000
    return positions(`p${at}`, pathBounds(name(first), name(Math.min(1999, first + (at % 3)))))
  })
  const index = await deleteIndex(deletes, metadata, 't')
  let found = 0
  for (let at = 0; at < 2000; at++) found += index.deletesFor(data(name(at))).length
  const expected = deletes.reduce((sum, _, at) => sum + Math.min(1999, ((at * 7) % 2000) + (at % 3)) - ((at * 7) % 2000) + 1, 0)
  expect(index.size).toBe(20_000)
  expect(found).toBe(expected)
})
