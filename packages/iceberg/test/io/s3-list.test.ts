import {describe, expect, test} from '@jest/globals'
import type {FileInfo} from '@phlo/core'
import fc from 'fast-check'
import type {S3} from '../../src/io/s3-client.js'
import {listS3} from '../../src/io/s3-list.js'
import {createShards, sharedPrefixes} from '../../src/io/s3-shards.js'

interface ListInput {
  readonly Prefix: string
  readonly Delimiter?: string
  readonly ContinuationToken?: string
}

/** A store that answers as S3 does, three entries to a page, and need not sort them; and what it was asked. */
function storeOf(keys: readonly string[]): {s3: S3; asked: ListInput[]} {
  const asked: ListInput[] = []
  const answer = (input: ListInput) => {
    asked.push(input)
    const {Prefix, Delimiter, ContinuationToken = '0'} = input
    const entries = new Set(
      keys
        .filter((key) => key.startsWith(Prefix))
        .map((key) => {
          const end = Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length)
          return end < 0 ? key : key.slice(0, end + 1)
        }),
    )
    const from = Number(ContinuationToken)
    const page = [...entries].slice(from, from + 3)
    const isFolder = (entry: string) => Delimiter !== undefined && entry.slice(Prefix.length).includes(Delimiter)
    return {
      EncodingType: 'url',
      Contents: page.filter((entry) => !isFolder(entry)).map((key) => ({Key: encodeURIComponent(key), Size: 1})),
      CommonPrefixes: page.filter(isFolder).map((prefix) => ({Prefix: encodeURIComponent(prefix)})),
      IsTruncated: from + 3 < entries.size,
      NextContinuationToken: String(from + 3),
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

async function pathsOf(s3: S3, prefix: string): Promise<readonly string[]> {
  const files: FileInfo[] = []
  for await (const page of listS3(s3, prefix)) files.push(...page)
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

  test('is asked for in one go while it is short, and by shared prefixes when it is long', async () => {
    const short = storeOf(['t/a/1', 't/b/2', 't/c/3', 't/d/4'])
    await pathsOf(short.s3, 's3://lake/t')
    expect(short.asked).toHaveLength(2)
    const long = storeOf(Array.from({length: 2000}, (_, index) => `t/p=${index % 100}/${index}`))
    expect(await pathsOf(long.s3, 's3://lake/t')).toHaveLength(2000)
    const prefixes = new Set(long.asked.slice(2).map(({Prefix}) => Prefix))
    prefixes.delete('t/')
    expect(prefixes.size).toBeGreaterThan(8)
    expect(prefixes.size).toBeLessThanOrEqual(32)
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
    expect(shards.size()).toBeLessThan(11_000)
    const prefixes = shards.prefixes()
    expect(prefixes.length).toBeLessThanOrEqual(32)
    expect(names.every((name) => prefixes.filter((prefix) => name.startsWith(prefix)).length === 1)).toBe(true)
  })
})
