import {deepStrictEqual, ok, rejects} from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {hasCode, isPhloError, type LakehouseResource, type TableName} from '@phlo/core'
import type {ContractCase} from '../contribution-cases.js'
import {type CatalogProperties, type CatalogUnderTest, ONE_COLUMN} from './options.js'

/** What one case works in. */
export interface Scope {
  readonly properties: CatalogProperties
  /** A client of the catalog. */
  readonly lake: LakehouseResource
  /** Another client, of the same catalog unless properties say otherwise. */
  open(properties?: CatalogProperties): Promise<LakehouseResource>
  /** The name of a namespace that nobody has made. */
  newNamespace(words?: string): readonly string[]
  /** Makes the namespace and an empty table in it. */
  newTable(name?: string): Promise<TableName>
  /** Makes an empty table, through this client or another. */
  create(table: TableName, client?: LakehouseResource): ReturnType<LakehouseResource['createTable']>
}

export type UseScope = (name: string, work: (scope: Scope) => Promise<void>) => ContractCase

/** Makes cases: each has a client and namespaces of its own; what it made is dropped, and every client closed, whatever becomes of it. */
export function scopes({create, open, request = ONE_COLUMN}: CatalogUnderTest): UseScope {
  return (name, work) => ({
    name,
    async run() {
      const properties = await create()
      const tag = randomBytes(5).toString('hex')
      const opened: LakehouseResource[] = []
      const openOne = async (given = properties) => {
        const lake = await open(given)
        opened.push(lake)
        return lake
      }
      const lake = await openOne()
      let made = 0
      const newNamespace = (words = 'phlo') => [`${words}_${made++}_${tag}`]
      const createTable = (table: TableName, client = lake) => client.createTable(table, request)
      const newTable = async (table = 'orders') => {
        const namespace = newNamespace()
        await lake.createNamespace(namespace, {})
        await createTable({namespace, name: table})
        return {namespace, name: table}
      }
      await inTurn([
        () => work({properties, lake, open: openOne, newNamespace, newTable, create: createTable}),
        () => dropAll(lake, tag),
        async () => inTurn(opened.map((client) => () => client.close())),
      ])
    },
  })
}

/** Does one after the other whatever becomes of them, and throws what went wrong first. */
async function inTurn(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

async function dropAll(lake: LakehouseResource, tag: string): Promise<void> {
  for (const namespace of await all(lake.listNamespaces())) if (namespace[0]?.endsWith(tag)) await dropTree(lake, namespace)
}

async function dropTree(lake: LakehouseResource, namespace: readonly string[]): Promise<void> {
  for (const table of await all(lake.listTables(namespace))) await lake.dropTable(table)
  for (const child of await all(lake.listNamespaces(namespace))) await dropTree(lake, child)
  await lake.dropNamespace(namespace)
}

/** Everything of a listing. */
export async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = []
  for await (const value of values) found.push(value)
  return found
}

/** Makes sure that work fails with one of these codes. */
export async function fails(work: Promise<unknown>, ...codes: readonly string[]): Promise<void> {
  await rejects(work, (error) => {
    ok(
      codes.some((code) => hasCode(error, code)),
      `expected ${codes.join(' or ')}, got ${isPhloError(error) ? `${error.code}: ` : ''}${String(error)}`,
    )
    return true
  })
}

/** Makes sure that work is refused in words that a person understands: exit code 2 or 6, and the name in the sentence. */
export async function refuses(work: Promise<unknown>, name: string): Promise<void> {
  await rejects(work, (error) => {
    ok(isPhloError(error), `expected a refusal of ${JSON.stringify(name)}, got ${String(error)}`)
    ok(error.exit === 2 || error.exit === 6, `expected exit code 2 or 6, got ${error.exit}: ${error.message}`)
    ok(
      [name, JSON.stringify(name).slice(1, -1)].some((text) => error.message.includes(text)),
      `the error does not name ${name}: ${error.message}`,
    )
    return true
  })
}

/** Compares names without regard to their order. */
export function sameNames(actual: readonly string[], expected: readonly string[]): void {
  deepStrictEqual([...actual].sort(), [...expected].sort())
}
