import {randomBytes} from 'node:crypto'
import {type Catalog, localFileIO, type Schema} from '@phlo/iceberg'
import {createRestCatalog, type RestCatalogOptions, restSettings} from '@phlo/iceberg/rest'
import {type Asked, type Fault, type FaultProxy, faultProxy} from '../../support/fault-proxy.js'
import {required} from '../../support/required.js'

export const schema: Schema = {type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'id', required: true, type: 'long'}]}
export const set = (key: string, value: string) => ({action: 'set-properties' as const, updates: {[key]: value}})

/** Iceberg's own server, which suites share: each test brings a namespace of its own. */
export const server = () => required('PHLO_TEST_REST_URI')
export const newNamespace = () => `n${randomBytes(6).toString('hex')}`

/** The catalog `lake` behind the server at `uri`, as its configuration opens it; nothing of this process's environment counts. */
export function openRest(
  uri: string,
  properties: Readonly<Record<string, string>> = {},
  more: Partial<Pick<RestCatalogOptions, 'signal' | 'now' | 'openIO'>> & {env?: Readonly<Record<string, string>>} = {},
): Catalog {
  const all = {uri, ...properties}
  const settings = restSettings('lake', all, {env: more.env ?? {}, ...(more.now && {now: more.now})})
  return createRestCatalog({name: 'lake', properties: all, ...settings, openIO: async () => localFileIO(), ...more})
}

/** A new table on the server. */
export async function newTable() {
  const catalog = openRest(server())
  const name = {namespace: [newNamespace()], name: 'orders'}
  await catalog.createNamespace(name.namespace, {})
  await catalog.createTable(name, {schema})
  return {catalog, name}
}

/** Runs work against the server through a proxy that spoils what it is told to. */
export async function behindProxy<T>(spoil: (asked: Asked) => Fault | undefined, work: (proxy: FaultProxy) => Promise<T>): Promise<T> {
  const proxy = await faultProxy(server(), spoil)
  try {
    return await work(proxy)
  } finally {
    await proxy.close()
  }
}

export const json = (body: unknown, status = 200): Fault => ({
  status,
  headers: {'content-type': 'application/json'},
  body: JSON.stringify(body),
})

/** An error as the specification has it (`IcebergErrorResponse`). */
export const errorModel = (status: number, type: string, message = 'no') => json({error: {message, type, code: status}}, status)

export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
