import {describe, expect, test} from '@jest/globals'
import {lakeIn} from '../../core-iceberg/test/support/judged.js'
import {type Asked, type Fault, faultProxy} from '../../iceberg/test/support/fault-proxy.js'
import {endpoint, glueLake, glueShop, newNamespace, properties, tableIn} from './support/glue.js'

const DENIED: Fault = {
  status: 400,
  headers: {'content-type': 'application/x-amz-json-1.1'},
  body: JSON.stringify({__type: 'AccessDeniedException', message: 'no'}),
}
const LOST: Fault = {resetAfter: 0}

/** What Glue is asked to do to which table: `DeleteTable orders`. */
function work({headers, body}: Asked): string {
  const {Name, TableInput} = JSON.parse(body)
  return `${String(headers['x-amz-target']).replace('AWSGlue.', '')} ${TableInput?.Name ?? Name}`
}

/** Renames shop.orders to shop.moved through a proxy that spoils what it is told to, the first time or always. */
async function renamed(faults: Readonly<Record<string, readonly Fault[] | Fault>>) {
  const lake = glueLake()
  const namespace = newNamespace()
  const [orders, moved] = [`${namespace}.orders`, `${namespace}.moved`]
  await lake.must('namespace', 'create', namespace)
  await lake.must('table', 'create', orders, '--schema', 'id: long')
  const left = new Map(Object.entries(faults).map(([name, fault]) => [name, Array.isArray(fault) ? [...fault] : fault]))
  const proxy = await faultProxy(endpoint(), (asked) => {
    const fault = left.get(work(asked))
    return Array.isArray(fault) ? fault.shift() : (fault as Fault | undefined)
  })
  try {
    const spoiled = lakeIn(glueShop(), '', {type: 'glue', ...properties(proxy.endpoint, lake.warehouse)})
    const answer = await spoiled.json('table', 'rename', orders, moved)
    const {tables} = await lake.must('table', 'list', namespace)
    return {lake, namespace, orders, moved, answer, tables: tables as readonly string[], asked: proxy.requests.map(work)}
  } finally {
    await proxy.close()
  }
}

describe('a table of Glue that is renamed', () => {
  test.each(['CreateTable moved', 'UpdateTable orders', 'DeleteTable orders'])(
    'is, although the answer to %s was lost',
    async (request) => {
      const {lake, namespace, moved, answer, tables} = await renamed({[request]: [LOST]})
      expect(answer).toMatchObject({exit: 0})
      expect(tables).toEqual([moved])
      expect(await tableIn(namespace, 'orders')).toBeUndefined()
      await lake.must('table', 'properties', moved, '--set', 'a=1')
      expect(Object.keys((await tableIn(namespace, 'moved'))?.Parameters ?? {}).filter((name) => name.startsWith('phlo.'))).toEqual([])
    },
  )

  test.each(['UpdateTable orders', 'DeleteTable orders'])('keeps its name when %s is denied', async (request) => {
    const {lake, namespace, orders, answer, tables} = await renamed({[request]: DENIED})
    expect(answer).toMatchObject({exit: 4, error: {code: 'CATALOG_FORBIDDEN'}})
    expect(answer.error?.message).toMatch(/Now \S+\.orders is a table, and \S+\.moved is not there\.$/)
    expect(tables).toEqual([orders])
    expect(await tableIn(namespace, 'moved')).toBeUndefined()
    await lake.must('table', 'properties', orders, '--set', 'a=1')
  })

  test('keeps its name when nothing may be deleted, and what is left of the other one is told', async () => {
    const {lake, namespace, orders, moved, answer, tables} = await renamed({'DeleteTable orders': DENIED, 'DeleteTable moved': DENIED})
    const command = `aws glue delete-table --database-name ${namespace} --name moved`
    expect(answer).toMatchObject({exit: 4, error: {code: 'CATALOG_FORBIDDEN', suggestions: [command]}})
    expect(answer.error?.message).toContain(`${moved} is an entry without metadata`)
    expect(tables).toEqual([orders])
    const opened = await lake.json('table', 'show', moved)
    expect(opened).toMatchObject({exit: 6, error: {code: 'NOT_AN_ICEBERG_TABLE'}})
    expect(opened.error?.suggestions).toContain(command)
  })

  test('has its new name when somebody has committed to that before the old one could not be deleted', async () => {
    const commits: Promise<unknown>[] = []
    const lake = glueLake()
    const namespace = newNamespace()
    await lake.must('namespace', 'create', namespace)
    await lake.must('table', 'create', `${namespace}.orders`, '--schema', 'id: long')
    const proxy = await faultProxy(endpoint(), (asked) => {
      if (work(asked) === 'DeleteTable orders') return DENIED
      if (work(asked) !== 'UpdateTable orders') return undefined
      const commit = lake.must('table', 'properties', `${namespace}.moved`, '--set', 'early=1')
      commits.push(commit)
      return {when: commit.then(() => {})}
    })
    const spoiled = lakeIn(glueShop(), '', {type: 'glue', ...properties(proxy.endpoint, lake.warehouse)})
    const answer = await spoiled.json('table', 'rename', `${namespace}.orders`, `${namespace}.moved`)
    await proxy.close()
    expect(commits).toHaveLength(1)
    const suggestions = [`aws glue delete-table --database-name ${namespace} --name orders`]
    expect(answer).toMatchObject({exit: 4, error: {code: 'CATALOG_FORBIDDEN', suggestions}})
    expect(await lake.must('table', 'list', namespace)).toEqual({tables: [`${namespace}.moved`]})
    expect((await lake.must('table', 'properties', `${namespace}.moved`)).properties).toMatchObject({early: '1'})
  })

  test('is at both names, and both are told, when nobody knows whether the old one was given up', async () => {
    const {orders, moved, answer} = await renamed({'UpdateTable orders': {...DENIED, status: 500}})
    expect(answer).toMatchObject({exit: 3, error: {code: 'COMMIT_STATE_UNKNOWN'}})
    expect(answer.error?.message).toContain(`${orders} is a table, and ${moved} is the table under its new name`)
    expect(answer.error?.suggestions).toEqual([`phlo table show ${orders}`, `phlo table show ${moved}`, `phlo table drop ${moved}`])
  })
})
