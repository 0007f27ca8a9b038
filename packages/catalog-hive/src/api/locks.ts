import {randomUUID} from 'node:crypto'
import {hostname} from 'node:os'
import {setTimeout} from 'node:timers/promises'
import {commitConflict, unavailable} from '@phlo/core'
import type {Client} from './client.js'
import {unanswered} from './errors.js'
import {checkLock, heartbeat, lock, showLocks, unlock} from './methods.js'
import type {LockSettings} from './settings.js'

/** An exclusive lock of a table, which the metastore ends by itself when it has no sign of life. */
export interface HeldLock {
  /** False when the metastore no longer has it: somebody else may hold the table. */
  isHeld(): boolean
  release(): Promise<void>
  /** Gives no more signs of life, and leaves the end to the metastore: what was asked under the lock may still be going on. */
  leave(): void
}

export interface Locks {
  /**
   * Locks a table, as long as it takes others to release it.
   *
   * @throws PhloError `COMMIT_CONFLICT` when the time is up, naming who has the lock; `CATALOG_UNAVAILABLE` where there are no locks
   */
  take(database: string, table: string): Promise<HeldLock>
}

/** Values of the interface's enumerations. */
const EXCLUSIVE = 3
const TABLE = 2
const NO_TRANSACTION = 6
const ACQUIRED = 1
const WAITING = 2

export function hiveLocks(
  client: Client,
  {lock: settings, user}: {readonly lock: LockSettings; readonly user: string},
  signal: AbortSignal,
): Locks {
  const {catalog} = client
  const shown = async (dbname: string, tablename: string) =>
    (await client.ask(showLocks, {request: {dbname, tablename}}, `locks of ${dbname}.${tablename}`)).locks ?? []

  /** A lock that was asked for, which others may have to release first. */
  const enqueue = async (dbname: string, tablename: string) => {
    const about = `${dbname}.${tablename}`
    // By it a lock is found again whose number did not arrive.
    const agentInfo = `Phlo-${randomUUID()}`
    const component = [{type: EXCLUSIVE, level: TABLE, dbname, tablename, operationType: NO_TRANSACTION, isTransactional: false}]
    const asked = await client.change(lock, {request: {component, user, hostname: hostname(), agentInfo}}, `locks of ${about}`)
    if ('done' in asked) return {id: asked.done.lockid ?? 0n, state: asked.done.state}
    if ('refusal' in asked) {
      const {kind, message} = asked.refusal
      throw unavailable(
        'CATALOG_UNAVAILABLE',
        `The metastore of catalog ${catalog} did not lock ${about}: ${message || kind}; nothing was changed.`,
        {
          suggestions: [`phlo config set catalogs.${catalog}.iceberg.engine.hive.lock-enabled false`],
        },
      )
    }
    const found = (await shown(dbname, tablename)).find((other) => other.agentInfo === agentInfo)
    if (found?.lockid !== undefined) return {id: found.lockid, state: found.state}
    throw unavailable(
      'CATALOG_UNAVAILABLE',
      `The metastore of catalog ${catalog} did not answer when ${about} was to be locked; nothing was changed.`,
      {
        cause: asked.unknown,
      },
    )
  }
  const release = async (lockid: bigint) => void (await client.insist(unlock, {request: {lockid}}))
  const check = async (lockid: bigint, about: string) => {
    const outcome = await client.insist(checkLock, {request: {lockid}})
    if ('silence' in outcome) throw unanswered(catalog, outcome.silence)
    return 'answer' in outcome
      ? outcome.answer.state
      : commitConflict(`The lock of ${about} ended while it was waited for; nothing was changed.`)
  }
  const holder = async (dbname: string, tablename: string) => {
    const held = (await shown(dbname, tablename).catch(() => [])).find(({state}) => state === ACQUIRED)
    if (!held) return 'somebody else'
    return `${held.user}@${held.hostname} (lock ${held.lockid}, last sign of life ${new Date(Number(held.lastheartbeat)).toISOString()})`
  }
  const wait = async (lockid: bigint, dbname: string, tablename: string) => {
    const about = `${dbname}.${tablename}`
    const end = Date.now() + settings.timeout
    for (let pause = settings.minWait; ; pause = Math.min(settings.maxWait, pause * 1.5)) {
      await setTimeout(Math.min(pause, Math.max(0, end - Date.now())), undefined, {signal})
      const state = await check(lockid, about)
      if (state === ACQUIRED) return
      if (state !== WAITING)
        throw state instanceof Error ? state : commitConflict(`The metastore ended the lock of ${about}; nothing was changed.`)
      if (Date.now() < end) continue
      throw commitConflict(
        `${about} is locked by ${await holder(dbname, tablename)}, for longer than ${settings.timeout / 1000} s; nothing was changed.`,
      )
    }
  }

  return {
    async take(database, table) {
      const {id, state} = await enqueue(database, table)
      try {
        if (state !== ACQUIRED) await wait(id, database, table)
      } catch (error) {
        await release(id)
        throw error
      }
      return held(client, id, settings.heartbeat, release)
    },
  }
}

function held(client: Client, lockid: bigint, interval: number, release: (lockid: bigint) => Promise<void>): HeldLock {
  let isLost = false
  const beat = setInterval(async () => {
    const outcome = await client.insist(heartbeat, {request: {lockid}})
    if (!('answer' in outcome)) isLost = true
  }, interval)
  beat.unref()
  const leave = () => clearInterval(beat)
  return {
    isHeld: () => !isLost,
    leave,
    async release() {
      leave()
      await release(lockid)
    },
  }
}
