import {randomBytes} from 'node:crypto'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import {type Asked, type Fault, faultProxy} from '../../../iceberg/test/support/fault-proxy.js'
import {required} from '../../../iceberg/test/support/required.js'
import {emptyFolder} from '../support/in-process.js'
import {writeOrders} from '../support/phlo.js'

const isReport = ({method, url}: Asked) => method === 'POST' && url.endsWith('/tables/orders/metrics')

/** What a server was told while ten rows were appended. */
async function appended(properties: Readonly<Record<string, string>> = {}, fault?: Fault) {
  const proxy = await faultProxy(required('PHLO_TEST_REST_URI'), (asked) => (isReport(asked) ? fault : undefined))
  try {
    const shop = emptyFolder()
    const catalog = JSON.stringify({type: 'rest', uri: proxy.endpoint, ...properties})
    writeFileSync(join(shop.cwd, 'phlo.yaml'), `catalogs: {"far": ${catalog}}\ndefaultCatalog: far\n`)
    const namespace = `n${randomBytes(6).toString('hex')}`
    const table = `${namespace}.orders`
    await shop.must('namespace', 'create', namespace)
    await shop.must('table', 'create', table, '--schema', 'id: long, amount: double, country: string')
    await shop.must('table', 'properties', table, '--set', 'a=1')
    expect(proxy.requests.filter(isReport)).toEqual([])
    await shop.must('table', 'append', table, writeOrders(join(shop.cwd, 'orders.arrow'), 10, 0))
    const {rows} = await shop.must('table', 'stats', table)
    const {snapshot} = await shop.must('table', 'show', table)
    return {table, rows, snapshot, reports: proxy.requests.filter(isReport)}
  } finally {
    await proxy.close()
  }
}

describe('a REST server that wants to know what is committed', () => {
  test('is told the snapshot and its figures, once', async () => {
    const {table, snapshot, reports} = await appended()
    expect(reports).toHaveLength(1)
    expect(reports[0]?.body).toContain(`"snapshot-id":${snapshot.id}`)
    expect(JSON.parse(reports[0]?.body ?? '')).toMatchObject({
      'report-type': 'commit-report',
      'table-name': table,
      'sequence-number': 1,
      operation: 'append',
      metrics: {'added-data-files': {unit: 'count', value: 1}, 'added-records': {unit: 'count', value: 10}},
    })
  })

  test.each([
    ['fails', {status: 500}],
    ['cuts the connection', {resetAfter: 0}],
    ['never answers', {when: new Promise<void>(() => {})}],
  ] satisfies readonly (readonly [string, Fault])[])('spoils no commit when it %s', async (_, fault) => {
    const {rows, reports} = await appended({}, fault)
    expect({rows, told: reports.length}).toEqual({rows: 10, told: 1})
  })

  test('is told nothing when nobody wants that', async () => {
    expect((await appended({'rest-metrics-reporting-enabled': 'false'})).reports).toEqual([])
  })
})
