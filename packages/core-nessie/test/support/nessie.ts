import {randomBytes} from 'node:crypto'
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {localFileIO, parseType, type Schema} from '@phlo/iceberg'
import {type Asked, type Fault, type FaultProxy, faultProxy} from '../../../iceberg/test/support/fault-proxy.js'
import {required} from '../../../iceberg/test/support/required.js'
import {openNessie} from '../../src/api/open.js'
import {type NessieLakehouse, nessieLakehouse} from '../../src/lakehouse/nessie-lakehouse.js'

export const schema = parseType('struct<id: long, amount: double, country: string>') as Schema

/** The server that suites share: each test brings branches of its own. */
export const server = () => required('PHLO_TEST_NESSIE_URI')
export const newName = (prefix = 'b') => `${prefix}${randomBytes(6).toString('hex')}z`
export const newFolder = () => mkdtempSync(join(tmpdir(), 'phlo-nessie-'))

const QUICK = {'rest.client.max-retries': '2', 'rest.client.socket-timeout-ms': '20000'}

interface LakeOptions {
  readonly uri?: string
  readonly warehouse?: string
  readonly properties?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A catalog at a reference, as its configuration opens it. */
export async function openLake(
  ref: string | undefined,
  {uri = server(), warehouse = `file://${newFolder()}`, properties = {}, signal = new AbortController().signal}: LakeOptions = {},
): Promise<NessieLakehouse> {
  const {api, close} = await openNessie('lake', {uri, ...QUICK, ...properties}, signal)
  return nessieLakehouse({name: 'lake', api, ref, warehouse, openIO: async () => localFileIO(), close})
}

/** The name of a new branch without commits. */
export async function newBranch(): Promise<string> {
  const branch = newName()
  const {nessie, close} = await openLake(undefined)
  await nessie.createReference('BRANCH', branch, {type: 'DETACHED', name: 'DETACHED', hash: nessie.server.noAncestorHash})
  await close()
  return branch
}

/** A new branch without commits, and a catalog at it. */
export async function emptyLake(): Promise<NessieLakehouse & {readonly branch: string}> {
  const branch = await newBranch()
  return {...(await openLake(branch)), branch}
}

/** A new branch with the table shop.orders, without rows. */
export async function lakeWithOrders() {
  const lake = await emptyLake()
  await lake.createNamespace(['shop'], {})
  await lake.createTable(ORDERS, {schema})
  return lake
}

export const ORDERS = {namespace: ['shop'], name: 'orders'}
export const RETURNS = {namespace: ['shop'], name: 'returns'}

/** Runs work against the server through a proxy that spoils what it is told to; `uri` is the way through it. */
export async function behindProxy<T>(
  spoil: (asked: Asked) => Fault | undefined,
  work: (proxy: FaultProxy & {readonly uri: string}) => Promise<T>,
): Promise<T> {
  const {origin, pathname} = new URL(server())
  const proxy = await faultProxy(origin, spoil)
  try {
    return await work({...proxy, uri: `${proxy.endpoint}${pathname}`})
  } finally {
    await proxy.close()
  }
}

export const isCommit = ({method, url}: Asked) => method === 'POST' && url.endsWith('/history/commit')

export const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Fault => ({
  status,
  headers: {'content-type': 'application/json', ...headers},
  body: JSON.stringify(body),
})

/** An error as Nessie gives it. */
export const nessieFailure = (status: number, errorCode: string, message = 'no') => json({status, reason: 'x', message, errorCode}, status)

export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
