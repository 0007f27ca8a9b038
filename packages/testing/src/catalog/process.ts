import {isPhloError, type TableName} from '@phlo/core'
import {addColumn, type Committing, committing, setProperty} from './iceberg.js'
import type {CatalogProperties} from './options.js'

/** What another process of the suite is asked to do. */
export type Job =
  /** `skew`: how many milliseconds its clock is ahead. */
  | {readonly job: 'open'; readonly module: string; readonly properties: CatalogProperties; readonly skew: number}
  | {readonly job: 'load'; readonly name: TableName}
  /** Adds a column to the table as it was loaded last. */
  | {readonly job: 'add-column'; readonly name: TableName; readonly column: string}
  /** Sets properties, each with a commit of its own, and again when somebody else was first. */
  | {readonly job: 'set-properties'; readonly name: TableName; readonly keys: readonly string[]}
  | {readonly job: 'close'}

/** `code` of the error, or none when it is done. */
export interface Answer {
  readonly code?: string
  readonly message?: string
}

/** How often a commit that comes too late is tried again: more often than there are others. */
const ATTEMPTS = 200

/** Does what the suite asks, one job after the other, until it is told to close: then it has to end by itself. */
export function serve(): void {
  const jobs = worker()
  process.on('message', async (job: Job) => {
    const answer = await jobs(job).then((): Answer => ({}), describe)
    process.send?.(answer)
    if (job.job === 'close') process.disconnect()
  })
}

function worker(): (job: Job) => Promise<unknown> {
  let lake: Awaited<ReturnType<typeof openModule>> | undefined
  let loaded: Awaited<ReturnType<Committing['loadTable']>> | undefined
  return async (job) => {
    if (job.job === 'open') {
      skewClock(job.skew)
      lake = await openModule(job.module, job.properties)
      return
    }
    if (!lake) throw new Error('the catalog is not open')
    const catalog = committing(lake)
    if (job.job === 'load') loaded = await catalog.loadTable(job.name)
    else if (job.job === 'add-column' && loaded) await addColumn(catalog, job.name, loaded, job.column)
    else if (job.job === 'set-properties') for (const key of job.keys) await insist(() => setProperty(catalog, job.name, key))
    else if (job.job === 'close') await lake.close()
  }
}

async function openModule(module: string, properties: CatalogProperties) {
  const {open} = (await import(module)) as {readonly open: import('./options.js').CatalogUnderTest['open']}
  return open(properties)
}

async function insist(commit: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await commit()
      return
    } catch (error) {
      if (!isPhloError(error) || error.code !== 'COMMIT_CONFLICT' || attempt >= ATTEMPTS) throw error
    }
  }
}

/** Sets this process's clock, before anything that looks at it is loaded. */
function skewClock(skew: number): void {
  const RealDate = Date
  const now = () => RealDate.now() + skew
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given) => (given.length === 0 ? new target(now()) : Reflect.construct(target, given)),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  })
}

const describe = (error: unknown): Answer => ({
  code: isPhloError(error) ? error.code : 'NOT_OF_PHLO',
  message: error instanceof Error ? (error.stack ?? error.message) : String(error),
})

serve()
