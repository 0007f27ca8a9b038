import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict'
import {hasCode, isPhloError, type LakehouseResource, type TableName} from '@phlo/core'
import type {ContractCase} from '../contribution-cases.js'
import {type Cut, type CutProxy, cutProxy} from './cut-proxy.js'
import {addColumn, columnsOf, committing} from './iceberg.js'
import type {CatalogProperties, CatalogUnderTest} from './options.js'
import {fails, type Scope, type UseScope} from './scope.js'

/** More requests than this for one commit is a catalog that never ends. */
const MOST_REQUESTS = 60
/** Milliseconds: a catalog that locks lets nobody else go on while its request is held. */
const PATIENCE = 2000
const PORTS: Readonly<Record<string, number>> = {'http:': 80, 'https:': 443}

/** What becomes of commits when a connection breaks, or when somebody else is there between any two of their requests. */
export function cutCases({endpoint, cannot = []}: CatalogUnderTest, using: UseScope): readonly ContractCase[] {
  if (endpoint === undefined) return []
  const gone = using('names a server that is not there', async ({properties, open, newTable}) => {
    const name = await newTable()
    const {proxy, through} = await proxied(properties, endpoint)
    await proxy.close()
    await notReached(async () => (await open(through)).getTable(name))
  })
  if (cannot.includes('commit')) return [gone]
  const kinds = [
    ['request', 'is lost'],
    ['answer', 'is lost on the way back, after the server has done it'],
  ] as const
  return [
    gone,
    ...kinds.flatMap(([kind, what]) => [
      using(`tells the truth about a commit of which any ${kind} ${what}`, (scope) =>
        atEachRequest(scope, endpoint, async (name, client, arm) => {
          const before = await committing(scope.lake).loadTable(name)
          arm({kind})
          const failure = await failureOf(addColumn(committing(client), name, before, 'more'))
          const after = await committing(scope.lake).loadTable(name)
          const landed = columnsOf(after).length > columnsOf(before).length
          if (failure === undefined) ok(landed, 'it says that the commit was made, and it was not')
          else if (landed) ok(hasCode(failure, 'COMMIT_STATE_UNKNOWN'), `the commit was made, and it says: ${described(failure)}`)
          else ok(isPhloError(failure) && failure.exit === 3, `nobody else was there, and it says: ${described(failure)}`)
        }),
      ),
      using(`tells the truth about a new table of which any ${kind} ${what}`, (scope) =>
        atEachRequest(scope, endpoint, async (name, client, arm) => {
          const made = {...name, name: 'made'}
          arm({kind})
          const failure = await failureOf(scope.create(made, client))
          const isThere = await exists(scope.lake, made)
          if (failure === undefined) ok(isThere, 'it says that the table was made, and it was not')
          else ok(isPhloError(failure) && failure.exit === 3, `nobody else was there, and it says: ${described(failure)}`)
        }),
      ),
    ]),
    using('lets one of two commits land, wherever the other comes in between', (scope) =>
      atEachRequest(scope, endpoint, async (name, client, arm) => {
        const direct = committing(scope.lake)
        const before = await direct.loadTable(name)
        let other: Promise<unknown> = Promise.resolve()
        const overtake = () => {
          other = failureOf(addColumn(direct, name, before, 'other'))
          return patiently(other)
        }
        arm({kind: 'hold', until: overtake})
        const failure = await failureOf(addColumn(committing(client), name, before, 'mine'))
        const otherFailure = await other
        const landed = columnsOf(await direct.loadTable(name)).slice(columnsOf(before).length)
        const told = [
          ...(otherFailure === undefined && landed.includes('other') ? ['other'] : []),
          ...(failure === undefined ? ['mine'] : []),
        ]
        deepStrictEqual(landed, told)
        for (const one of [failure, otherFailure]) if (one !== undefined) await fails(Promise.reject(one), 'COMMIT_CONFLICT')
      }),
    ),
    using('lands no commit on a table that takes the place of its own meanwhile', (scope) =>
      atEachRequest(scope, endpoint, async (name, client, arm) => {
        const before = await committing(scope.lake).loadTable(name)
        let other: Promise<unknown> = Promise.resolve()
        const replace = () => {
          other = scope.lake.dropTable(name).then(() => scope.create(name))
          return patiently(other)
        }
        arm({kind: 'hold', until: replace})
        const failure = await failureOf(addColumn(committing(client), name, before, 'late'))
        await other
        if (failure !== undefined) await fails(Promise.reject(failure), 'COMMIT_CONFLICT', 'TABLE_NOT_FOUND')
        const after = await committing(scope.lake).loadTable(name)
        const isReplaced = after.metadata['table-uuid'] !== before.metadata['table-uuid']
        deepStrictEqual(columnsOf(after), isReplaced ? columnsOf(before) : [...columnsOf(before), 'late'])
      }),
    ),
  ]
}

/**
 * Tries something on a new table, through a new client whose connections are up, once for each request that it takes: `arm` says what
 * becomes of that one.
 */
async function atEachRequest(
  {properties, open, newTable}: Scope,
  endpoint: string,
  attempt: (name: TableName, client: LakehouseResource, arm: (cut: Cut) => void) => Promise<void>,
): Promise<void> {
  const {proxy, through} = await proxied(properties, endpoint)
  try {
    let request = 0
    do {
      ok(request < MOST_REQUESTS, `it takes more than ${MOST_REQUESTS} requests`)
      const name = await newTable()
      const client = await open(through)
      await client.getTable(name)
      await attempt(name, client, (cut) => proxy.arm(request, cut))
      request++
    } while (proxy.hasCut())
    ok(request > 1, `nothing came over the connection that ${endpoint} names`)
  } finally {
    await proxy.close()
  }
}

/** A proxy in front of the catalog's server, and the properties that lead through it. */
async function proxied(
  properties: CatalogProperties,
  endpoint: string,
): Promise<{readonly proxy: CutProxy; readonly through: CatalogProperties}> {
  const address = properties[endpoint] ?? ''
  ok(URL.canParse(address), `the property ${endpoint}, which is to name the server, is ${JSON.stringify(address)}`)
  const url = new URL(address)
  const port = Number(url.port || PORTS[url.protocol])
  ok(port > 0, `the property ${endpoint} names no port`)
  const proxy = await cutProxy({host: url.hostname.replace(/^\[|\]$/g, ''), port})
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  return {proxy, through: {...properties, [endpoint]: String(url)}}
}

async function patiently(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

async function exists(lake: LakehouseResource, name: TableName): Promise<boolean> {
  const failure = await failureOf(lake.getTable(name))
  if (failure !== undefined) await fails(Promise.reject(failure), 'TABLE_NOT_FOUND')
  return failure === undefined
}

async function notReached(work: () => Promise<unknown>): Promise<void> {
  const failure = await failureOf(work())
  ok(isPhloError(failure), `expected an error of Phlo, got ${String(failure)}`)
  strictEqual(failure.exit, 3, described(failure))
}

const described = (error: unknown) => (isPhloError(error) ? `${error.code} (exit ${error.exit}): ${error.message}` : String(error))
