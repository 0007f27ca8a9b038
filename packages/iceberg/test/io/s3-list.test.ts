import {describe, expect, test} from '@jest/globals'
import type {FileInfo} from '@phlo/core'
import fc from 'fast-check'
import type {S3} from '../../src/io/s3-client.js'
import {type ListLimits, listS3} from '../../src/io/s3-list.js'
import {createShards, sharedPrefixes} from '../../src/io/s3-shards.js'

interface ListInput {
  readonly Prefix: string
  readonly Delimiter?: string
  readonly ContinuationToken?: string
}

/** A store that answers as S3 does, three entries to a page unless told, and need not sort them; and what it was asked. */
function storeOf(keys: readonly string[], pageSize = 3): {s3: S3; asked: ListInput[]} {
  const asked: ListInput[] = []
  const entriesOf = (prefix: string, delimiter: string | undefined) => [
    ...new Set(
      keys
        .filter((key) => key.startsWith(prefix))
        .map((key) => {
          const end = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length)
          return end < 0 ? key : key.slice(0, end + 1)
        }),
    ),
  ]
  const known = new Map<string, readonly string[]>()
  const answer = (input: ListInput) => {
    asked.push(input)
    const {Prefix, Delimiter, ContinuationToken = '0'} = input
    const entries = known.get(`${Delimiter} ${Prefix}`) ?? entriesOf(Prefix, Delimiter)
    known.set(`${Delimiter} ${Prefix}`, entries)
    const from = Number(ContinuationToken)
    const page = entries.slice(from, from + pageSize)
    const isFolder = (entry: string) => Delimiter !== undefined && entry.slice(Prefix.length).includes(Delimiter)
    return {
      EncodingType: 'url',
      Contents: page.filter((entry) => !isFolder(entry)).map((key) => ({Key: encodeURIComponent(key), Size: 1})),
      CommonPrefixes: page.filter(isFolder).map((prefix) => ({Prefix: encodeURIComponent(prefix)})),
      IsTruncated: from + pageSize < entries.length,
      NextContinuationToken: String(from + pageSize),
    }
  }
  const client = {send: async ({input}: {input: ListInput}) => answer(input)}
  class ListObjectsV2Command {
    readonly input: ListInput
    constructor(input: ListInput) {
      this.input = input
    }
  }
  const s3 = {request: (_: string, work: (client: unknown, sdk: unknown) => unknown) => work(client, {ListObjectsV2Command})}
  return {s3: s3 as unknown as S3, asked}
}

async function pathsOf(s3: S3, prefix: string, limits?: ListLimits): Promise<readonly string[]> {
  const files: FileInfo[] = []
  for await (const page of listS3(s3, prefix, limits)) files.push(...page)
  return files.map(({path}) => path)
}

const part = fc.constantFrom('a', 'b', 'ab', 'abc', '', 'p=1', 'p=12', 'p=2', '😀', '😁', 'é', ' ')
const key = fc.array(part, {minLength: 1, maxLength: 6}).map((parts) => parts.join('/'))

describe('the listing of a folder of S3', () => {
  test('tells every file below it once and no other, however the store sorts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, {maxLength: 80}), async (keys) => {
        const below = keys.filter((name) => name !== '' && !name.endsWith('/')).map((name) => `s3://lake/t/${name}`)
        const {s3} = storeOf([...keys.map((name) => `t/${name}`), 'tt/a', 'a', 't'])
        expect((await pathsOf(s3, 's3://lake/t')).toSorted()).toEqual(below.toSorted())
      }),
      {numRuns: 500},
    )
  })

  test('tells them once wherever it is divided, and however many folders share a prefix', async () => {
    const limits = fc.record({
      pagesInTurn: fc.integer({min: 1, max: 2}),
      enoughFolders: fc.integer({min: 1, max: 6}),
      deepest: fc.integer({min: 1, max: 5}),
      shards: fc.record({most: fc.integer({min: 1, max: 4}), namesKept: fc.integer({min: 0, max: 5})}),
    })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, {maxLength: 80}), limits, async (keys, some) => {
        const below = keys.filter((name) => name !== '' && !name.endsWith('/')).map((name) => `s3://lake/t/${name}`)
        const {s3} = storeOf([...keys.map((name) => `t/${name}`), 'tt/a', 'a', 't'])
        expect((await pathsOf(s3, 's3://lake/t', some)).toSorted()).toEqual(below.toSorted())
        const all = [...below, 's3://lake/tt/a', 's3://lake/a', 's3://lake/t']
        expect((await pathsOf(s3, 's3://lake/', some)).toSorted()).toEqual(all.toSorted())
      }),
      {numRuns: 2000},
    )
  })

  /** As the object store layout of older Iceberg had it: a folder of its own for each file. */
  const hashed = (index: number) => {
    const hash = Buffer.alloc(6)
    hash.writeUIntBE((index * 2_654_435_761) % 2 ** 48, 0, 6)
    return hash.toString('base64url').split('').reverse().join('')
  }

  test.each([
    {layout: 'a folder for each file', keyOf: (index: number) => `t/data/${hashed(index)}/db/t/p=${index % 7}/${index}.parquet`},
    {layout: 'a partition for each user', keyOf: (index: number) => `t/data/user=${hashed(index)}/${index}.parquet`},
    {layout: 'files beside them', keyOf: (index: number) => `t/data/${index % 3 === 0 ? '' : `${hashed(index)}/`}${hashed(index)}`},
    {layout: 'two folders at first', keyOf: (index: number) => `t/${index % 2}/${hashed(index)}/x/${index}`},
    {layout: 'far down', keyOf: (index: number) => `t/a/b/c/d/e/${hashed(index)}/${index}`},
    {layout: 'more characters than may be divided', keyOf: (index: number) => `t/${String.fromCodePoint(0x4e00 + index)}/${index}`},
  ])('tells every file of 25,000 folders once: $layout', async ({keyOf}) => {
    const keys = Array.from({length: 25_000}, (_, index) => keyOf(index))
    const {s3, asked} = storeOf(['t/metadata/1.json', ...keys], 1000)
    const paths = await pathsOf(s3, 's3://lake/t')
    expect(paths).toHaveLength(keys.length + 1)
    expect(new Set(paths)).toEqual(new Set(['t/metadata/1.json', ...keys].map((name) => `s3://lake/${name}`)))
    expect(asked.length).toBeLessThan(300)
  })

  test('is divided where names differ from their first character on', async () => {
    const {s3, asked} = storeOf(
      Array.from({length: 25_000}, (_, index) => `t/data/${hashed(index)}/${index}`),
      1000,
    )
    await pathsOf(s3, 's3://lake/t')
    const prefixes = new Set(asked.filter(({Delimiter}) => Delimiter === undefined).map(({Prefix}) => Prefix))
    prefixes.delete('t/')
    expect(prefixes.size).toBe(64)
  })

  test('is asked for in one go while it is short, and by shared prefixes when it is long', async () => {
    const short = storeOf(['t/a/1', 't/b/2', 't/c/3', 't/d/4'])
    await pathsOf(short.s3, 's3://lake/t')
    expect(short.asked).toHaveLength(2)
    const long = storeOf(Array.from({length: 2000}, (_, index) => `t/p=${index % 100}/${index}`))
    expect(await pathsOf(long.s3, 's3://lake/t')).toHaveLength(2000)
    const prefixes = new Set(long.asked.slice(2).map(({Prefix}) => Prefix))
    prefixes.delete('t/')
    expect(prefixes.size).toBeGreaterThan(8)
    expect(prefixes.size).toBeLessThanOrEqual(80)
  })
})

describe('prefixes that are shared', () => {
  const folder = fc
    .array(
      part.filter((text) => text !== ''),
      {minLength: 2, maxLength: 2},
    )
    .map((parts) => `${parts.join('/')}/`)
  const wellFormed = (prefix: string) => prefix.isWellFormed()

  test('cover each name by exactly one of them, and are no more than allowed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(folder, {maxLength: 60}), fc.integer({min: 1, max: 40}), (names, most) => {
        const prefixes = sharedPrefixes(names, most)
        expect(prefixes.length).toBeLessThanOrEqual(most)
        expect(prefixes.every(wellFormed)).toBe(true)
        for (const name of names) expect(prefixes.filter((prefix) => name.startsWith(prefix))).toHaveLength(1)
      }),
    )
  })

  test('of a hundred thousand folders are kept in place of their names', () => {
    const shards = createShards()
    const names = Array.from({length: 100_000}, (_, index) => `t/${(index * 2_654_435_761) % 4_294_967_296}/`)
    for (const name of names) shards.add(name)
    expect(shards.folders()).toBeUndefined()
    const prefixes = shards.prefixes()
    expect(prefixes.length).toBeLessThanOrEqual(80)
    expect(names.every((name) => prefixes.filter((prefix) => name.startsWith(prefix)).length === 1)).toBe(true)
  })
})
