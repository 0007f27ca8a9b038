import {randomUUID} from 'node:crypto'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {stringifyJson} from '@phlo/iceberg'
import {behindProxy, json, nessieFailure, newName, openLake, server} from '../support/nessie.js'
import {type NessieShop, shopWithDev} from '../support/shop.js'

let shop: NessieShop & {readonly dev: string}

beforeEach(async () => {
  shop = await shopWithDev()
  mkdirSync(join(shop.cwd, 'schemas'))
})

const ORDERS = `
table: shop.orders
columns:
  - {name: id, type: long}
  - {name: amount, type: double}
  - {name: country, type: string}
`
const RETURNS = 'table: shop.returns\ncolumns:\n  - {name: id, type: long, required: true}\n'

const declare = (name: string, text: string) => writeFileSync(join(shop.cwd, 'schemas', `${name}.yaml`), text)
/** Writes something otherwise in the configuration. */
function configure(before: string, after: string): void {
  const path = join(shop.cwd, 'phlo.yaml')
  writeFileSync(path, readFileSync(path, 'utf8').replace(before, after))
}

const apply = (...flags: readonly string[]) => shop.json('schema', 'apply', '-f', 'schemas', '--yes', ...flags)
const drift = (...flags: readonly string[]) => shop.json('schema', 'drift', '-f', 'schemas', ...flags)
const evolve = (ref: string, ...changes: readonly string[]) => shop.must('schema', 'evolve', 'shop.orders', ...changes, '--ref', ref)
const states = ({result}: {readonly result?: {readonly tables: readonly {table: string; state: string}[]}}) =>
  (result?.tables ?? []).map(({table, state}) => `${table}: ${state}`)
const columns = async (ref: string): Promise<readonly string[]> =>
  (await shop.must('schema', 'show', 'shop.orders', '--ref', ref)).columns.map(
    ({id, column}: {id: number; column: string}) => `${id} ${column}`,
  )

describe('schema apply', () => {
  beforeEach(() => {
    declare('orders', `${ORDERS}  - {name: note, type: string}\n`)
    declare('returns', RETURNS)
  })

  test('changes a branch, and main once that is merged', async () => {
    const before = await shop.hashOf(shop.trunk)
    expect(await apply('--ref', shop.dev)).toMatchObject({exit: 0, result: {outcome: 'done', summary: 'create 1 table, change 1 table'}})
    expect(await shop.hashOf(shop.trunk)).toBe(before)
    const drifted = await drift()
    expect(drifted.exit).toBe(1)
    expect(states(drifted)).toEqual(['shop.orders: drifted', 'shop.returns: missing'])
    const applied = await shop.hashOf(shop.dev)
    expect(await apply('--ref', shop.dev)).toMatchObject({exit: 0, result: {outcome: 'nothing-to-do'}})
    expect(await drift('--ref', shop.dev)).toMatchObject({exit: 0, result: {drifted: false}})
    expect(await shop.hashOf(shop.dev)).toBe(applied)

    await shop.must('branch', 'merge', shop.dev, '--into', shop.trunk)
    const merged = await shop.hashOf(shop.trunk)
    expect(await apply()).toMatchObject({exit: 0, result: {outcome: 'nothing-to-do'}})
    expect(await drift()).toMatchObject({exit: 0, result: {drifted: false}})
    expect(await shop.hashOf(shop.trunk)).toBe(merged)
    expect(await columns(shop.trunk)).toEqual(['1 id', '2 amount', '3 country', '4 note'])
    expect(await columns(shop.trunk)).toEqual(await columns(shop.dev))
  })

  test('finds as declared what was exported, of which nothing is said that is of the catalog', async () => {
    const {content} = await shop.must('schema', 'export', 'shop.orders', '--format', 'phlo', '--ref', shop.dev)
    expect(content).toContain('name: country')
    expect(content).not.toContain('gc.enabled')
    writeFileSync(join(shop.cwd, 'exported.yaml'), content)
    const drifted = await shop.json('schema', 'drift', '-f', 'exported.yaml', '--ref', shop.dev)
    expect(drifted).toMatchObject({exit: 0, result: {drifted: false}})
  })

  test('says of drift on a branch where to bring it back', async () => {
    const {stderr, exitCode} = await shop.type(['schema', 'drift', '-f', 'schemas', '--ref', shop.dev])
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`phlo schema apply -f schemas --ref ${shop.dev}\n`)
  })

  test('of a plan changes the branch that it was made on, and is refused any other', async () => {
    const {stderr} = await shop.type(['schema', 'apply', '-f', 'schemas', '--plan-out', 'plan.json', '--ref', shop.dev])
    expect(stderr).toContain(`phlo schema apply --plan plan.json --ref ${shop.dev}\n`)
    const [trunk, dev] = [await shop.hashOf(shop.trunk), await shop.hashOf(shop.dev)]
    for (const flags of [[], ['--ref', shop.trunk], ['--dry-run']]) {
      expect(await shop.json('schema', 'apply', '--plan', 'plan.json', '--yes', ...flags)).toMatchObject({
        exit: 2,
        error: {
          code: 'INVALID_PLAN',
          message: `The plan was made for catalog far at ${shop.dev}, and this is catalog far at ${shop.trunk}.`,
          suggestions: [`--catalog far --ref ${shop.dev}`],
        },
      })
    }
    expect([await shop.hashOf(shop.trunk), await shop.hashOf(shop.dev)]).toEqual([trunk, dev])
    // Another table's commit is no matter.
    await shop.must('table', 'create', 'shop.extra', '--schema', 'id: long', '--ref', shop.dev)
    expect(await shop.json('schema', 'apply', '--plan', 'plan.json', '--yes', '--ref', shop.dev)).toMatchObject({
      exit: 0,
      result: {outcome: 'done'},
    })
    expect(await drift('--ref', shop.dev)).toMatchObject({exit: 0})
    expect(await shop.hashOf(shop.trunk)).toBe(trunk)
  })

  test('of a plan that was made without --ref is for the branch that the catalog was at', async () => {
    await shop.must('schema', 'apply', '-f', 'schemas', '--plan-out', 'plan.json')
    configure(shop.trunk, shop.dev)
    expect(await shop.json('schema', 'apply', '--plan', 'plan.json', '--yes')).toMatchObject({exit: 2, error: {code: 'INVALID_PLAN'}})
    await shop.must('schema', 'apply', '--plan', 'plan.json', '--yes', '--ref', shop.trunk)
    expect(await drift('--ref', shop.trunk)).toMatchObject({exit: 0})
    expect(await drift('--ref', shop.dev)).toMatchObject({exit: 1})
  })

  test('is refused at a tag and at a commit, whatever there is to do', async () => {
    const tag = newName('tag')
    await shop.must('tag', 'create', tag)
    const hash = await shop.hashOf(shop.dev)
    for (const ref of [tag, hash, `${shop.dev}~1`]) {
      for (const flags of [['--yes'], ['--dry-run'], ['--plan-out', 'never.json']]) {
        expect(await shop.json('schema', 'apply', '-f', 'schemas', '--ref', ref, ...flags)).toMatchObject({
          exit: 6,
          error: {
            code: 'REF_IS_NOT_A_BRANCH',
            message: `${ref} of catalog far is no branch; only a branch can be changed.`,
            suggestions: [`phlo branch create <name> --from ${ref}`],
          },
        })
      }
      expect(await shop.json('schema', 'evolve', 'shop.orders', '--add', 'x int', '--ref', ref)).toMatchObject({
        exit: 6,
        error: {code: 'REF_IS_NOT_A_BRANCH'},
      })
      expect(await drift('--ref', ref)).toMatchObject({exit: 1})
    }
  })

  test('on two branches makes a conflict of the table that both changed', async () => {
    const other = newName('other')
    await shop.must('branch', 'create', other)
    await apply('--ref', shop.dev)
    declare('orders', `${ORDERS}  - {name: discount, type: int}\n`)
    declare('returns', RETURNS.replaceAll('returns', 'refunds'))
    await apply('--ref', other)
    await shop.must('branch', 'merge', shop.dev, '--into', shop.trunk)
    const merged = await shop.hashOf(shop.trunk)
    const {exit, error} = await shop.json('branch', 'merge', other, '--into', shop.trunk)
    expect({exit, code: error?.code}).toEqual({exit: 5, code: 'MERGE_CONFLICT'})
    expect(error?.message).toMatch(/nothing was changed: shop\.orders: both sides changed it\.$/)
    expect(await shop.hashOf(shop.trunk)).toBe(merged)
  })
})

describe('schema evolve', () => {
  test('says which views of the branch may use a column that goes', async () => {
    await makeView(shop.dev, 'by_land', 'SELECT country, count(*) FROM orders GROUP BY country')
    await makeView(shop.dev, 'sums', 'SELECT sum(amount) FROM shop.orders')
    await makeView(shop.dev, 'whole', 'SELECT * FROM lake.shop.orders')
    const reasons = async (ref: string, ...change: readonly string[]) =>
      (await shop.must('schema', 'evolve', 'shop.orders', ...change, '--allow-breaking', '--dry-run', '--ref', ref)).plan.verdicts[0]
        .reasons
    const names = 'perhaps refers to country: its SQL names both the table and such a column, so that it may no longer work.'
    const takes = 'perhaps refers to country: its SQL takes all columns of something, and names the table, so that it may no longer work.'
    expect((await reasons(shop.dev, '--drop', 'country')).slice(1)).toEqual([
      `The view shop.by_land ${names}`,
      `The view shop.whole ${takes}`,
    ])
    expect((await reasons(shop.trunk, '--drop', 'country')).slice(1)).toEqual([])
    expect(await reasons(shop.dev, '--add', 'note string')).toHaveLength(1)
  })
})

describe('schema diff', () => {
  const diff = (left: string, right: string, ...flags: readonly string[]) => shop.json('schema', 'diff', left, right, ...flags)
  const changes = ({result}: {readonly result?: {columns: readonly {change: string; column: string}[]}}) =>
    (result?.columns ?? []).map(({change, column}) => `${change} ${column}`)

  test('compares references of the catalog in every way that they are named', async () => {
    const before = await shop.hashOf(shop.dev)
    await evolve(shop.dev, '--add', 'note string', '--rename', 'amount=total', '--allow-breaking')
    const left = `shop.orders@${shop.trunk}`
    const found = await diff(left, `@${shop.dev}`, '--exit-code')
    expect(found).toMatchObject({exit: 1, result: {left, right: `shop.orders@${shop.dev}`, identical: false}})
    expect(changes(found)).toEqual(['renamed total', 'added note'])
    expect(changes(await diff('shop.orders', 'shop.orders', '--ref', shop.dev))).toEqual([])
    expect(changes(await diff('shop.orders', left, '--ref', shop.dev))).toEqual(['dropped note', 'renamed amount'])
    const now = await shop.hashOf(shop.dev)
    for (const ref of [before, `${shop.dev}@${before}`, `${shop.dev}~1`]) {
      expect(await diff(left, `@${ref}`, '--exit-code')).toMatchObject({exit: 0, result: {identical: true}})
    }
    for (const ref of [now, `${shop.dev}@${now}`, `${shop.dev}*${Date.now() + 60_000}`, `${shop.dev}#1`]) {
      expect(changes(await diff(left, `@${ref}`))).toEqual(['renamed total', 'added note'])
    }
    const {stdout: sql} = await shop.type(['schema', 'diff', left, `@${shop.dev}`, '--format', 'sql'])
    expect(sql).toBe(
      'ALTER TABLE shop.orders RENAME COLUMN `amount` TO `total`;\nALTER TABLE shop.orders ADD COLUMN `note` STRING AFTER `country`;\n',
    )
    const {stdout: markdown} = await shop.type(['schema', 'diff', left, `@${shop.dev}`, '--format', 'markdown'])
    expect(markdown).toContain(`Schema of \`${left}\` against \`shop.orders@${shop.dev}\``)
    expect(markdown).toContain('| note | added |  | string |')
  })

  test('takes branches, tags, snapshots and times of the table, too', async () => {
    const {snapshots} = await shop.must('snapshot', 'list', 'shop.orders')
    await shop.must('snapshot', 'tag', 'create', 'shop.orders', 'before')
    await evolve(shop.trunk, '--add', 'note string')
    for (const name of [snapshots[0].id, 'before', new Date().toISOString()]) {
      const found = await diff(`shop.orders@${name}`, 'shop.orders')
      expect({name, error: found.error, changes: changes(found)}).toEqual({name, changes: ['added note']})
    }
  })

  test('knows columns by their names that branches have added since they parted', async () => {
    await evolve(shop.trunk, '--add', 'discount int', '--add', 'note string')
    await evolve(shop.dev, '--add', 'note string', '--rename', 'country=land', '--allow-breaking')
    const found = await diff(`shop.orders@${shop.trunk}`, `@${shop.dev}`)
    expect(changes(found)).toEqual(['dropped discount', 'renamed land'])
    const {differences} = await shop.must('branch', 'diff', shop.trunk, shop.dev)
    expect(changes({result: differences[0].table})).toEqual(['dropped discount', 'renamed land'])
    await shop.must('schema', 'evolve', 'shop.orders', '--from', `@${shop.dev}`, '--allow-breaking')
    expect(await columns(shop.trunk)).toEqual(['1 id', '2 amount', '3 land', '5 note'])
  })

  test.each([
    ['a branch', (name: string) => `${name}x`],
    ['a commit of a branch', (name: string) => `${name}x~1`],
  ])('names the reference that was probably meant by %s that is not there', async (_, typo) => {
    const {exit, error} = await diff('shop.orders', `@${typo(shop.dev)}`)
    expect({exit, code: error?.code}).toEqual({exit: 2, code: 'REF_NOT_FOUND'})
    expect(error?.message).toContain(`${shop.dev}x`)
    expect(error).toMatchObject({suggestions: [`Did you mean ${shop.dev}?`, 'phlo branch list', 'phlo tag list']})
  })

  test('says of what nothing is called that it is nothing', async () => {
    expect(await diff('shop.orders', '@none such')).toMatchObject({exit: 2, error: {code: 'INVALID_REF'}})
    expect(await diff('shop.orders', `@${'0'.repeat(63)}a`)).toMatchObject({exit: 2, error: {code: 'REF_NOT_FOUND'}})
    expect(await diff('shop.orders', '@1234567890')).toMatchObject({exit: 2, error: {code: 'SNAPSHOT_NOT_FOUND'}})
  })
})

describe('schema history', () => {
  const history = async (ref: string, table = 'shop.orders') => (await shop.must('schema', 'history', table, '--ref', ref)).versions
  const commitsOf = async (ref: string) => (await shop.must('branch', 'log', ref)).commits

  test('names the commit that brought each schema', async () => {
    await evolve(shop.dev, '--add', 'note string')
    await shop.append(shop.dev, 10, 100)
    await evolve(shop.dev, '--add', 'discount int')
    const log = await commitsOf(shop.dev)
    expect(hashes(await history(shop.dev))).toEqual([log[4].hash, log[2].hash, log[0].hash])
    expect((await history(shop.dev))[1]).toMatchObject({
      commit: {hash: log[2].hash, message: 'Change metadata of table shop.orders', timestamp: log[2].timestamp},
      isBeforeLog: false,
    })
    expect(hashes(await history(`${shop.dev}~1`))).toEqual([log[4].hash, log[2].hash])
    expect(hashes(await history(log[4].hash))).toEqual([log[4].hash])
    const {stdout} = await shop.type(['schema', 'history', 'shop.orders', '--ref', shop.dev])
    expect(stdout).toContain(`, commit ${log[2].hash.slice(0, 12)} (Change metadata of table shop.orders)\n`)
  })

  test('names on the branch that was merged into the commits that were merged, and the merge', async () => {
    await evolve(shop.dev, '--add', 'note string')
    await evolve(shop.dev, '--add', 'discount int')
    await shop.must('table', 'create', 'shop.extra', '--schema', 'id: long', '--ref', shop.dev)
    await shop.must('schema', 'evolve', 'shop.extra', '--add', 'x int', '--ref', shop.dev)
    const made = await commitsOf(shop.dev)
    await shop.must('branch', 'merge', shop.dev, '--into', shop.trunk, '--delete-source', '--yes')
    const [merge] = await commitsOf(shop.trunk)
    const versions = await history(shop.trunk)
    expect(hashes(versions)).toEqual([made[5].hash, made[3].hash, made[2].hash])
    expect(versions.map(({mergedBy}: Version) => mergedBy?.hash)).toEqual([undefined, merge.hash, merge.hash])
    const extra = await history(shop.trunk, 'shop.extra')
    expect(extra.map(({isBeforeLog}: Version) => isBeforeLog)).toEqual([false, false])
    expect(hashes(extra)).toEqual([made[1].hash, made[0].hash])
    const {stdout} = await shop.type(['schema', 'history', 'shop.orders'])
    expect(stdout).toContain(
      `, commit ${made[3].hash.slice(0, 12)} (Change metadata of table shop.orders), merged by ${merge.hash.slice(0, 12)}\n`,
    )
    // What was merged is gone.
    await behindProxy(
      ({url}) => (url.includes(made[0].hash) ? nessieFailure(404, 'REFERENCE_NOT_FOUND') : undefined),
      async ({uri}) => {
        configure(server(), uri)
        expect(hashes(await history(shop.trunk))).toEqual([made[5].hash, merge.hash, merge.hash])
      },
    )
  })

  test('follows a table to the name that it had before, and no other table of the name', async () => {
    await shop.must('table', 'create', 'shop.sales', '--schema', 'other: long', '--ref', shop.dev)
    await shop.must('table', 'drop', 'shop.sales', '--yes', '--ref', shop.dev)
    await evolve(shop.dev, '--add', 'note string')
    await shop.must('table', 'rename', 'shop.orders', 'shop.sales', '--ref', shop.dev)
    await shop.must('schema', 'evolve', 'shop.sales', '--add', 'discount int', '--ref', shop.dev)
    const log = await commitsOf(shop.dev)
    expect(hashes(await history(shop.dev, 'shop.sales'))).toEqual([log[6].hash, log[2].hash, log[0].hash])
  })

  test('passes over what was taken back', async () => {
    await evolve(shop.dev, '--add', 'note string')
    const [{hash}] = await commitsOf(shop.dev)
    await shop.must('branch', 'revert', hash, '--ref', shop.dev)
    await evolve(shop.dev, '--add', 'discount int')
    const log = await commitsOf(shop.dev)
    expect(hashes(await history(shop.dev))).toEqual([log[4].hash, log[0].hash])
  })

  test('says of schemas that are older than a log that was cut that nobody knows who brought them', async () => {
    await evolve(shop.dev, '--add', 'note string')
    await evolve(shop.dev, '--add', 'discount int')
    const [last, cut] = await commitsOf(shop.dev)
    const log = (await (await fetch(`${server()}/trees/${shop.dev}/history?fetch=ALL&max-records=2`)).json()) as object
    await behindProxy(
      ({method, url}) => (method === 'GET' && url.includes('/history') ? json({...log, hasMore: false, token: null}) : undefined),
      async ({uri}) => {
        configure(server(), uri)
        const versions = await history(shop.dev)
        expect(hashes(versions)).toEqual([cut.hash, cut.hash, last.hash])
        expect(versions.map(({isBeforeLog}: Version) => isBeforeLog)).toEqual([true, true, false])
        const {stdout} = await shop.type(['schema', 'history', 'shop.orders', '--ref', shop.dev])
        expect(stdout).toContain(`, before commit ${cut.hash.slice(0, 12)}, where the catalog's log begins\n`)
      },
    )
  })

  test('names the author whom Nessie knows, and asks it for the commits of the table alone', async () => {
    await evolve(shop.dev, '--add', 'note string')
    await commitAs('ada', shop.trunk, shop.dev)
    const requests: string[] = []
    const versions = await behindProxy(
      ({method, url}) => {
        if (method === 'GET' && url.includes('/history')) requests.push(url)
        return undefined
      },
      async ({uri}) => {
        configure(server(), uri)
        return history(shop.trunk)
      },
    )
    expect(versions.map(({author}: Version) => author)).toEqual([null, 'ada'])
    expect(requests).toEqual([expect.stringMatching(/filter=operations\.exists/)])
  })
})

interface Version {
  readonly author: string | null
  readonly commit: {readonly hash: string} | null
  readonly mergedBy: {readonly hash: string} | null
  readonly isBeforeLog: boolean
}

const hashes = (versions: readonly Version[]) => versions.map(({commit}) => commit?.hash)

/** Makes a view in the namespace shop of a branch. */
async function makeView(branch: string, name: string, sql: string): Promise<void> {
  const path = join(shop.cwd, `${name}.metadata.json`)
  const version = {'version-id': 1, 'schema-id': 0, 'timestamp-ms': 5, summary: {}, 'default-namespace': ['shop']}
  const metadata = {
    'view-uuid': randomUUID(),
    'format-version': 1,
    location: `file://${shop.cwd}/views/${name}`,
    schemas: [{type: 'struct', 'schema-id': 0, fields: []}],
    'current-version-id': 1,
    versions: [{...version, representations: [{type: 'sql', sql, dialect: 'trino'}]}],
    'version-log': [],
  }
  writeFileSync(path, JSON.stringify(metadata))
  const {nessie, close} = await openLake(branch)
  const content = {type: 'ICEBERG_VIEW', metadataLocation: `file://${path}`, versionId: 1, schemaId: 0} as const
  const outcome = await nessie.commit(await nessie.reference(branch), 'a view', [{type: 'PUT', key: ['shop', name], content}])
  await close()
  expect(outcome).toMatchObject({hash: expect.any(String)})
}

/** Puts shop.orders on one branch as it is on another, as somebody. */
async function commitAs(author: string, onto: string, from: string): Promise<void> {
  const key = ['shop', 'orders']
  const {nessie, close} = await openLake(onto)
  const {hash} = await nessie.reference(onto)
  const content = (await nessie.contents(nessie.ref(from), [key])).get(key)
  await close()
  const {ok} = await fetch(`${server()}/trees/${onto}@${hash}/history/commit`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: stringifyJson({
      commitMeta: {message: 'by hand', authors: [author]},
      operations: [{type: 'PUT', key: {elements: key}, content}],
    }),
  })
  expect(ok).toBe(true)
}
