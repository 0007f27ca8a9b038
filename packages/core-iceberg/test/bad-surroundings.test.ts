import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {createServer as createHttpServer, type Server as HttpServer} from 'node:http'
import {type AddressInfo, createServer, type Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'
import {phlo, shell, shop, treeOf, writeOrders} from './support/phlo.js'

/** A folder whose phlo.yaml has one catalog, `lake`, with these properties. */
function project(properties: Readonly<Record<string, string>>): string {
  const cwd = mkdtempSync(join(tmpdir(), 'phlo-project-'))
  const lines = Object.entries({
    type: 'sql',
    uri: `sqlite:///${join(cwd, 'catalog.db')}`,
    warehouse: `file://${join(cwd, 'warehouse')}`,
    ...properties,
  })
  writeFileSync(
    join(cwd, 'phlo.yaml'),
    `catalogs:\n  lake:\n${lines.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`).join('')}defaultCatalog: lake\n`,
  )
  return cwd
}

describe('a warehouse', () => {
  test('that cannot be written is named, and no table is made', async () => {
    const cwd = project({})
    writeFileSync(join(cwd, 'warehouse'), 'this is a file, not a folder')
    await phlo(cwd, 'namespace', 'create', 'shop')
    const {exit, error} = await phlo(cwd, 'table', 'create', 'shop.orders', '--schema', 'id: long')
    expect({exit, code: error?.code}).toEqual({exit: 3, code: expect.stringMatching(/^(STORAGE_|FILE_)/)})
    expect(error?.message).toContain(join(cwd, 'warehouse'))
    expect((await phlo(cwd, 'table', 'list')).result).toEqual({tables: []})
  })

  test('that is full in the middle leaves the table as it was and nothing behind', async () => {
    const cwd = await shop()
    writeOrders(join(cwd, 'many.arrow'), 40_000)
    const before = treeOf(join(cwd, '.phlo', 'warehouse'))
    // The shell's limit on the size of a file stands in for a full disk: the write of the data file fails half-way.
    const {exit, stdout} = await shell(cwd, 'ulimit -f 100 && phlo table append shop.orders many.arrow --json')
    expect({exit, code: JSON.parse(stdout).error?.code}).toEqual({exit: 3, code: 'STORAGE_FULL'})
    expect(treeOf(join(cwd, '.phlo', 'warehouse'))).toEqual(before)
    expect((await phlo(cwd, 'table', 'stats', 'shop.orders')).result).toMatchObject({rows: 360})
  })
})

describe('a SQLite catalog', () => {
  test('that another process has locked is reported when the time to wait is over', async () => {
    const cwd = project({'sql.busy-timeout-ms': '300'})
    await phlo(cwd, 'namespace', 'create', 'shop')
    const holder = spawn(process.execPath, ['-e', LOCK, join(cwd, 'catalog.db')], {stdio: ['pipe', 'pipe', 'ignore']})
    await once(holder.stdout as NonNullable<ChildProcess['stdout']>, 'data')
    const {exit, error} = await phlo(cwd, 'namespace', 'create', 'other')
    holder.stdin?.end()
    await once(holder, 'close')
    expect({exit, code: error?.code}).toEqual({exit: 3, code: 'CATALOG_UNAVAILABLE'})
    expect(error?.message).toContain('locked')
    expect((await phlo(cwd, 'namespace', 'list')).result).toEqual({namespaces: ['shop']})
  })

  test('that is read-only is read, and refuses what would change it', async () => {
    const cwd = project({})
    await phlo(cwd, 'namespace', 'create', 'shop')
    // Root writes whatever the mode says, so that the file itself has to say no: SQLite honours a version that it only reads.
    const db = join(cwd, 'catalog.db')
    await shell(cwd, `${process.execPath} -e '${READ_ONLY}' ${db}`)
    expect((await phlo(cwd, 'namespace', 'list')).result).toEqual({namespaces: ['shop']})
    const {exit, error} = await phlo(cwd, 'namespace', 'create', 'other')
    expect({exit, code: error?.code}).toEqual({exit: 3, code: 'CATALOG_READ_ONLY'})
  })

  test('in a file that is no database is named', async () => {
    const cwd = project({})
    writeFileSync(join(cwd, 'catalog.db'), 'this is not a database, and long enough to be looked at as one. '.repeat(40))
    const {exit, error} = await phlo(cwd, 'table', 'list')
    expect({exit, code: error?.code}).toEqual({exit: 3, code: expect.stringMatching(/^(CATALOG|DATABASE)_UNAVAILABLE$/)})
  })
})

/** Holds a database locked until standard input ends. */
const LOCK = `
const {DatabaseSync} = require('node:sqlite')
const db = new DatabaseSync(process.argv[1])
db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x); ROLLBACK; BEGIN EXCLUSIVE')
console.log('locked')
process.stdin.on('end', () => { db.close() }).resume()
`

/** Sets the "file format write version" of a database header to one that no SQLite writes (SQLite, "Database File Format" 1.3.3). */
const READ_ONLY = `
const fs = require("node:fs"), {DatabaseSync} = require("node:sqlite"), path = process.argv[1]
const db = new DatabaseSync(path); db.exec("PRAGMA journal_mode = DELETE"); db.close()
const file = fs.openSync(path, "r+"); fs.writeSync(file, Buffer.from([3]), 0, 1, 18); fs.closeSync(file)
`

describe('an S3 endpoint', () => {
  const lake = (endpoint: string) =>
    project({
      warehouse: 's3://lake/warehouse',
      's3.endpoint': endpoint,
      's3.region': 'us-east-1',
      's3.access-key-id': 'AKIDEXAMPLE',
      's3.secret-access-key': 'wJalrXUtnFEMIsecret',
      's3.request-timeout': '1',
      's3.connect-timeout': '1',
      's3.retry.num-retries': '1',
    })
  const listen = async (server: Server | HttpServer) => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async function unreachable(endpoint: string): Promise<void> {
    const cwd = lake(endpoint)
    await phlo(cwd, 'namespace', 'create', 'shop')
    const {exit, error} = await phlo(cwd, 'table', 'create', 'shop.orders', '--schema', 'id: long')
    expect({exit, code: error?.code}).toEqual({exit: 3, code: 'STORAGE_UNAVAILABLE'})
    expect(error?.message).toContain('s3://lake/warehouse')
    expect(JSON.stringify(error)).not.toContain('wJalrXUtnFEMIsecret')
    expect((await phlo(cwd, 'table', 'list')).result).toEqual({tables: []})
  }

  test('that refuses connections is named', async () => {
    const server = createServer()
    const endpoint = await listen(server)
    server.close()
    await once(server, 'close')
    await unreachable(endpoint)
  })

  test('that says nothing is given up on', async () => {
    const sockets: {destroy(): void}[] = []
    const server = createServer((socket) => sockets.push(socket))
    await unreachable(await listen(server))
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  test('that answers 503 is asked again, and then named', async () => {
    let asked = 0
    const server = createHttpServer((request, response) => {
      asked += 1
      request.resume()
      response.writeHead(503, {'content-type': 'application/xml'}).end('<Error><Code>SlowDown</Code></Error>')
    })
    await unreachable(await listen(server))
    expect(asked).toBeGreaterThan(1)
    server.closeAllConnections()
    server.close()
  })
})

test('a folder in which nothing was ever made reads as an empty lakehouse, and stays empty', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'phlo-empty-'))
  mkdirSync(join(cwd, 'home'))
  expect((await phlo(cwd, 'table', 'list')).result).toEqual({tables: []})
  expect(treeOf(cwd)).toEqual({})
})
