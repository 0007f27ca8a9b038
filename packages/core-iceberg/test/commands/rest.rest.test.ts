import {randomBytes} from 'node:crypto'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import {errorModel} from '../../../iceberg/test/catalog/rest/open-rest.js'
import {type Asked, type Fault, faultProxy} from '../../../iceberg/test/support/fault-proxy.js'
import {required} from '../../../iceberg/test/support/required.js'
import {emptyFolder} from '../support/in-process.js'
import {shell, treeOf, writeOrders} from '../support/phlo.js'

function shopAt(uri: string, more: Readonly<Record<string, string>> = {}) {
  const shop = emptyFolder()
  const properties = JSON.stringify({type: 'rest', uri, ...more})
  writeFileSync(join(shop.cwd, 'phlo.yaml'), `catalogs: {"far": ${properties}}\ndefaultCatalog: far\n`)
  return shop
}

describe('commands on a REST catalog', () => {
  test('make and show namespaces and tables of several levels', async () => {
    const shop = shopAt(required('PHLO_TEST_REST_URI'))
    const namespace = `n${randomBytes(6).toString('hex')}`
    expect(await shop.must('catalog', 'test')).toMatchObject({name: 'far', reachable: true, usable: true, left: []})
    await shop.must('namespace', 'create', namespace, '--property', 'owner=ada')
    await shop.must('namespace', 'create', `${namespace}.emea`)
    expect(await shop.must('namespace', 'list', namespace)).toEqual({namespaces: [`${namespace}.emea`]})
    await shop.must('table', 'create', `${namespace}.emea.orders`, '--schema', 'id: long, at: timestamp', '--partition-by', 'day(at)')
    expect(await shop.must('table', 'list', `${namespace}.emea`)).toEqual({tables: [`${namespace}.emea.orders`]})
    expect(await shop.json('table', 'create', `${namespace}.emea.orders`, '--schema', 'id: long')).toMatchObject({
      exit: 5,
      error: {code: 'ALREADY_EXISTS'},
    })
    expect(await shop.json('namespace', 'drop', namespace, '--yes')).toMatchObject({exit: 6, error: {code: 'NAMESPACE_NOT_EMPTY'}})
    expect(await shop.json('table', 'show', `${namespace}.emea.none`)).toMatchObject({exit: 3, error: {code: 'TABLE_NOT_FOUND'}})
  })

  test('lose nothing and count nothing twice when the answers to commits are lost', async () => {
    const isCommit = ({method, url}: Asked) => method === 'POST' && url.endsWith('/tables/orders')
    let fault: Fault | undefined
    const proxy = await faultProxy(required('PHLO_TEST_REST_URI'), (asked) => (isCommit(asked) ? fault : undefined))
    const shop = shopAt(proxy.endpoint)
    const namespace = `n${randomBytes(6).toString('hex')}`
    const table = `${namespace}.orders`
    await shop.must('namespace', 'create', namespace)
    const quick = [
      '--property',
      'commit.status-check.min-wait-ms=1',
      '--property',
      'commit.status-check.num-retries=1',
      '--property',
      'commit.retry.num-retries=1',
    ]
    await shop.must('table', 'create', table, '--schema', 'id: long, amount: double, country: string', ...quick)
    const append = (first: number) => shop.json('table', 'append', table, writeOrders(join(shop.cwd, 'orders.arrow'), 30, first))

    fault = {resetAfter: 0}
    for (const first of [0, 30, 60]) expect(await append(first)).toMatchObject({exit: 0})
    expect(await shop.json('table', 'optimize', table, '--min-input-files', '2', '--yes')).toMatchObject({exit: 0})
    expect(await shop.must('table', 'stats', table)).toMatchObject({rows: 90})
    expect(await shop.must('table', 'check', table)).toMatchObject({findings: []})

    const {location} = await shop.must('table', 'show', table)
    const files = () => Object.keys(treeOf(new URL(location).pathname))
    const before = files()
    fault = {status: 502}
    expect(await append(90)).toMatchObject({exit: 3, error: {code: 'COMMIT_STATE_UNKNOWN'}})
    expect(files()).toEqual(expect.arrayContaining(before))
    expect(files().length).toBeGreaterThan(before.length)
    fault = errorModel(409, 'CommitFailedException')
    const kept = files()
    expect(await append(90)).toMatchObject({exit: 5, error: {code: 'COMMIT_CONFLICT'}})
    expect(files()).toEqual(kept)
    await proxy.close()
  })

  test('leave nothing of a test of the catalog that is interrupted', async () => {
    const server = required('PHLO_TEST_REST_URI')
    let pid = () => 0
    let interruptions = 0
    const proxy = await faultProxy(server, ({method, url}) => {
      if (method === 'POST' && url.endsWith('/tables') && interruptions++ === 0) process.kill(pid(), 'SIGINT')
      return undefined
    })
    const shop = shopAt(proxy.endpoint)
    pid = () => Number(readFileSync(join(shop.cwd, 'pid'), 'utf8'))
    const namespace = `n${randomBytes(6).toString('hex')}`
    await shop.must('namespace', 'create', namespace)
    const {exit, stdout} = await shell(shop.cwd, `echo $$ > pid; exec phlo catalog test --namespace ${namespace} --json`)
    expect({exit, ...JSON.parse(stdout)}).toMatchObject({exit: 130, error: {code: 'INTERRUPTED'}, warnings: []})
    expect(interruptions).toBe(1)
    expect(await shop.must('namespace', 'list', namespace)).toEqual({namespaces: []})
    await proxy.close()
  })

  test('show no credential, whatever the server repeats', async () => {
    const proxy = await faultProxy(required('PHLO_TEST_REST_URI'), ({headers}) =>
      errorModel(403, 'ForbiddenException', `${headers.authorization} and ${headers['x-api-key']} may not`),
    )
    const shop = shopAt(proxy.endpoint, {token: 'hunter22', 'header.X-Api-Key': 'sesame99', 'token-exchange-enabled': 'true'})
    for (const args of [
      ['catalog', 'test'],
      ['catalog', 'show', 'far'],
      ['table', 'list'],
      ['config', 'show'],
    ]) {
      for (const {stdout, stderr} of [await shop.type(args), await shop.type([...args, '--json'])]) {
        expect(stdout + stderr).not.toMatch(/hunter22|sesame99/)
      }
    }
    expect(await shop.json('table', 'list')).toMatchObject({exit: 4, error: {code: 'CATALOG_FORBIDDEN'}})
    expect((await shop.must('catalog', 'show', 'far')).properties).toMatchObject({'token-exchange-enabled': 'true', token: '***'})
    await proxy.close()
  })

  test('say what is wrong with the address', async () => {
    const {uri, stop} = await elsewhere()
    expect(await shopAt(uri, {'rest.client.max-retries': '0'}).json('table', 'list')).toMatchObject({
      exit: 3,
      error: {code: 'CATALOG_UNAVAILABLE', suggestions: ['phlo config get catalogs.far.uri']},
    })
    await stop()
    expect(await shopAt(uri, {'rest.client.max-retries': '0'}).json('table', 'list')).toMatchObject({
      exit: 3,
      error: {code: 'CATALOG_UNAVAILABLE', message: expect.stringContaining('ECONNREFUSED')},
    })
    expect(await shopAt('catalog.example').json('table', 'list')).toMatchObject({exit: 2, error: {code: 'INVALID_PROPERTY'}})
  })
})

/** A server that is no catalog. */
async function elsewhere() {
  const proxy = await faultProxy('http://127.0.0.1:1', () => ({status: 200, headers: {'content-type': 'text/html'}, body: '<html>'}))
  return {uri: proxy.endpoint, stop: proxy.close}
}
