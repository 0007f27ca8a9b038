import {randomBytes} from 'node:crypto'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from '@jest/globals'
import {required} from '../../../iceberg/test/support/required.js'
import {emptyFolder, type Shop} from '../support/in-process.js'

const uri = required('PHLO_TEST_REST_URI')
const namespace = `n${randomBytes(6).toString('hex')}`
const view = `${namespace}.recent`
const SQL = 'SELECT id, amount\nFROM orders\nWHERE amount > 0'
let shop: Shop

/** As an engine makes it, or a version of it (REST specification, `createView`, `replaceView`). */
const version = (id: number, amount: string) => ({
  schema: {
    type: 'struct',
    'schema-id': id - 1,
    fields: [
      {id: 1, name: 'id', required: false, type: 'long', doc: 'of the order'},
      {id: 2, name: 'amount', required: false, type: amount},
    ],
  },
  'view-version': {
    'version-id': id,
    'schema-id': id - 1,
    'timestamp-ms': 1_760_000_000_000 + id,
    summary: {'engine-name': 'spark', 'engine-version': '4.0.5'},
    representations: [
      {type: 'sql', sql: SQL, dialect: 'spark'},
      {type: 'sql', sql: `-- t\n${SQL}`, dialect: 'trino'},
    ],
    'default-catalog': 'far',
    'default-namespace': [namespace],
  },
})

async function post(path: string, body: object) {
  const answer = await fetch(`${uri}/v1/${path}`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`)
}

beforeAll(async () => {
  shop = emptyFolder()
  writeFileSync(join(shop.cwd, 'phlo.yaml'), `catalogs: {"far": ${JSON.stringify({type: 'rest', uri})}}\ndefaultCatalog: far\n`)
  await shop.must('namespace', 'create', namespace)
  await shop.must('table', 'create', `${namespace}.orders`, '--schema', 'id: long, amount: double')
  await post(`namespaces/${namespace}/views`, {name: 'recent', ...version(1, 'float'), properties: {comment: 'of this year'}})
  const {schema, 'view-version': next} = version(2, 'double')
  const updates = [
    {action: 'add-schema', schema, 'last-column-id': 2},
    {action: 'add-view-version', 'view-version': next},
    {action: 'set-current-view-version', 'view-version-id': -1},
  ]
  await post(`namespaces/${namespace}/views/recent`, {requirements: [], updates})
})

describe('views of a REST catalog', () => {
  test('are listed beside the tables when they are asked for', async () => {
    expect(await shop.must('table', 'list', namespace)).toEqual({tables: [`${namespace}.orders`]})
    expect(await shop.must('table', 'list', namespace, '--views')).toEqual({tables: [`${namespace}.orders`], views: [view]})
    expect((await shop.must('table', 'list', '--views')).views).toContain(view)
    const {stdout} = await shop.type(['table', 'list', namespace, '--views'])
    expect(stdout).toMatch(/^name +type\n[\s\S]*\.orders +table\n.*\.recent +view/)
    expect(await shop.json('table', 'list', 'nowhere', '--views')).toMatchObject({exit: 3, error: {code: 'NAMESPACE_NOT_FOUND'}})
  })

  test('are shown with their columns, their SQL in each dialect and their current version', async () => {
    expect(await shop.must('table', 'show', view)).toMatchObject({
      view,
      catalog: 'far',
      formatVersion: 1,
      columns: [
        {id: 1, name: 'id', type: 'long', required: false, doc: 'of the order'},
        {id: 2, name: 'amount', type: 'double', required: false, doc: null},
      ],
      version: {id: 2, timestamp: 1_760_000_000_002, engine: 'spark 4.0.5', kept: 2},
      sql: [
        {dialect: 'spark', text: SQL},
        {dialect: 'trino', text: `-- t\n${SQL}`},
      ],
      defaultCatalog: 'far',
      defaultNamespace: namespace,
      properties: {comment: 'of this year'},
    })
    const {stdout} = await shop.type(['table', 'show', view])
    expect(stdout).toContain(`-- spark\n${SQL}`)
    expect(stdout).toMatch(/Version +2 of 2 \(spark 4\.0\.5, 2025-10-09/)
  })

  test('are no tables: nothing is done to them, and their names are taken', async () => {
    for (const argv of [
      ['table', 'optimize', view],
      ['table', 'drop', view, '--yes'],
    ]) {
      expect(await shop.json(...argv)).toMatchObject({exit: 3, error: {code: 'TABLE_NOT_FOUND'}})
    }
    expect(await shop.json('table', 'create', view, '--schema', 'id: long')).toMatchObject({exit: 5, error: {code: 'ALREADY_EXISTS'}})
    expect(await shop.json('table', 'show', `${namespace}.nothing`)).toMatchObject({exit: 3, error: {code: 'TABLE_NOT_FOUND'}})
    expect((await shop.must('table', 'show', view)).version.id).toBe(2)
  })

  test('are told of as what a change of a column may break, and make a wider type a breaking one', async () => {
    const table = `${namespace}.orders`
    await shop.must('table', 'create', `${namespace}.returns`, '--schema', 'id: int, amount: double')
    await shop.must('schema', 'evolve', table, '--add', 'count int')
    const verdict = async (name: string, ...change: readonly string[]) =>
      (await shop.must('schema', 'evolve', name, ...change, '--allow-breaking', '--dry-run')).plan.verdicts[0]
    const {verdict: dropped, reasons} = await verdict(table, '--drop', 'amount')
    expect({dropped, told: reasons.at(-1)}).toEqual({
      dropped: 'breaking',
      told: `The view ${view} perhaps refers to amount: its SQL names both the table and such a column, so that it may no longer work.`,
    })
    expect(await verdict(table, '--type', 'count=long')).toMatchObject({verdict: 'safe'})
    expect(await verdict(`${namespace}.returns`, '--type', 'id=long')).toMatchObject({verdict: 'safe'})
    expect(await shop.json('schema', 'evolve', table, '--rename', 'id=key')).toMatchObject({
      exit: 6,
      error: {code: 'BREAKING_CHANGE', message: expect.stringContaining(`The view ${view} perhaps refers to id`)},
    })
  })

  test('are not told by a catalog that cannot have any', async () => {
    const own = emptyFolder()
    expect(await own.json('table', 'list', '--views')).toMatchObject({exit: 6, error: {code: 'NOT_SUPPORTED_BY_CATALOG'}})
  })
})
