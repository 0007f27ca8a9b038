import {spawnSync} from 'node:child_process'
import {mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from '@jest/globals'
import type {SchemaDocument, SchemaField} from '@phlo/core'
import {testSchemaFormat} from '@phlo/testing'
import typescript from '../../src/schema-formats/typescript/index.js'
import {interfaceTables} from './support/types-judge.js'
import {importZod, zodColumns} from './support/zod-judge.js'

const root = join(import.meta.dirname, '..', '..', '..', '..')
const folder = await mkdtemp(join(tmpdir(), 'phlo-typescript-'))
await symlink(join(root, 'packages', 'core-iceberg', 'node_modules'), join(folder, 'node_modules'))
afterAll(() => rm(folder, {recursive: true}))

let files = 0
const keep = (content: string) => writeFile(join(folder, `case${files++}.ts`), content)

const types = await testSchemaFormat({
  format: typescript,
  variant: 'types',
  hasComments: true,
  async judge(content) {
    await keep(String(content))
    return interfaceTables(String(content))
  },
})

const zod = await testSchemaFormat({
  format: typescript,
  variant: 'zod',
  hasComments: true,
  async judge(content) {
    await keep(String(content))
    return (await importZod(String(content))).map((schema) => ({columns: zodColumns(schema)}))
  },
})

describe('schema format typescript (types)', () => {
  for (const {name, run} of types) test(name, run)
})

describe('schema format typescript (zod)', () => {
  for (const {name, run} of zod) test(name, run)
})

const types_: readonly (readonly [string, string])[] = [
  ['id', 'long'],
  ['count', 'int'],
  ['amount', 'decimal(9,2)'],
  ['day', 'date'],
  ['at', 'timestamptz'],
  ['local', 'timestamp_ns'],
  ['key', 'uuid'],
  ['mark', 'fixed[2]'],
  ['a b', 'string'],
]
const fields: SchemaField[] = [
  ...types_.map(([name, type], index) => ({id: index + 1, name, required: index < 2, type})),
  {id: 20, name: 'tags', required: true, type: {type: 'list', 'element-id': 21, element: 'string', 'element-required': false}},
  {
    id: 22,
    name: 'counts',
    required: true,
    type: {type: 'map', 'key-id': 23, key: 'string', 'value-id': 24, value: 'long', 'value-required': true},
  },
  {id: 25, name: 'place', required: false, type: {type: 'struct', fields: [{id: 26, name: 'city', required: true, type: 'string'}]}},
]
const orders: SchemaDocument = {name: ['orders'], schema: {type: 'struct', fields}, partitioning: [], sortOrder: [], properties: {}}
const write = async (variant: string) => String((await typescript.write?.([orders], {variant}))?.content)

const ROW = {
  ...{id: 2n ** 62n, count: 3, amount: '12.34', day: '2026-01-31', at: '2026-01-31T22:31:08.123456+00:00'},
  ...{local: '2026-01-31T22:31:08.123456789', key: 'f79c3e09-677c-4bbd-a479-3f349cb785e7', mark: Uint8Array.of(1, 2)},
  ...{'a b': 'x', tags: ['new', null], counts: new Map([['a', 1n]]), place: {city: 'Paris'}},
}

describe('a schema of zod', () => {
  test('takes rows', async () => {
    const [schema] = await importZod(await write('zod'))
    const empty = {...ROW, ...Object.fromEntries(types_.slice(2).map(([name]) => [name, null])), place: null}
    expect([schema?.parse(ROW), schema?.parse(empty)]).toEqual([ROW, empty])
  })

  test.each<[string, unknown]>([
    ['id', 1],
    ['id', 2n ** 63n],
    ['id', null],
    ['count', 2 ** 31],
    ['count', 1.5],
    ['amount', '1.234'],
    ['amount', 12.34],
    ['day', '31.1.2026'],
    ['at', '2026-01-31T22:31:08.123456'],
    ['local', '2026-01-31T22:31:08.123456789Z'],
    ['key', 'f79c3e09'],
    ['mark', Uint8Array.of(1)],
    ['tags', [1]],
    ['counts', {a: 1n}],
    ['place', {}],
    ['other', 1],
  ])('refuses a row whose %s is %p', async (column, value) => {
    const [schema] = await importZod(await write('zod'))
    expect(schema?.safeParse({...ROW, [column]: value}).success).toBe(false)
  })
})

test('TypeScript takes every file of these suites, and types of rows are what they should be', async () => {
  await writeFile(join(folder, 'types.ts'), await write('types'))
  await writeFile(join(folder, 'zod.ts'), await write('zod'))
  await writeFile(
    join(folder, 'expected.ts'),
    `import type {Orders} from './types.ts'
import type {Orders as Parsed} from './zod.ts'
interface Expected {
  readonly id: bigint
  readonly count: number
  readonly amount: string | null
  readonly day: string | null
  readonly at: string | null
  readonly local: string | null
  readonly key: string | null
  readonly mark: Uint8Array | null
  readonly 'a b': string | null
  readonly tags: readonly (string | null)[]
  readonly counts: ReadonlyMap<string, bigint>
  readonly place: {readonly city: string} | null
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Each<A, B> = {[K in keyof A | keyof B]: K extends keyof A & keyof B ? ([A[K], B[K]] extends [B[K], A[K]] ? true : K) : K}[keyof A | keyof B]
export const keys: Same<keyof Orders, keyof Expected> = true
export const types: Each<Orders, Expected> = true
export const parsed = (row: Parsed): Expected => row
// @ts-expect-error: an id is no number
export const wrong: Orders['id'] = 1
`,
  )
  expect(files).toBeGreaterThan(200)
  const strict = [
    '--strict',
    '--noEmit',
    '--skipLibCheck',
    '--allowImportingTsExtensions',
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--types',
    '',
  ]
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
  await writeFile(join(folder, 'tsconfig.json'), '{"include": ["*.ts"]}')
  const {status, stdout} = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder, ...strict], {encoding: 'utf8'})
  expect({status, stdout: stdout.slice(0, 2000)}).toEqual({status: 0, stdout: ''})
})
