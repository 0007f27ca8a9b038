import type {GlueClient} from '@aws-sdk/client-glue'
import {fromGlueError} from './errors.js'
import type {GlueSettings} from './settings.js'

type Sdk = typeof import('@aws-sdk/client-glue')
type Work<T> = (client: GlueClient, sdk: Sdk, about: {readonly CatalogId?: string}) => Promise<T>

/** What Glue is asked through. What it throws comes out as an error of the catalog that says what it was about: `table sales.orders`. */
export interface Glue {
  readonly catalog: string
  readonly settings: GlueSettings
  /** Asks for something, again after failures that may pass; ends with the command. */
  ask<T>(about: string, work: Work<T>): Promise<T>
  /**
   * Changes something. It is sent again only when Glue says that it has too much to do: then it certainly has not begun.
   *
   * @throws PhloError `COMMIT_STATE_UNKNOWN` when nobody knows whether it was done; the error of the SDK is not wrapped for `expected` names
   */
  change<T>(about: string, work: Work<T>): Promise<T>
  close(): Promise<void>
}

/** The SDK is loaded by the first request. */
export function openGlue(catalog: string, settings: GlueSettings, signal: AbortSignal): Glue {
  let loaded: ReturnType<typeof connect> | undefined
  const open = () => {
    loaded ??= connect(settings)
    return loaded
  }
  const about = settings.catalogId === undefined ? {} : {CatalogId: settings.catalogId}
  return {
    catalog,
    settings,
    async ask(subject, work) {
      signal.throwIfAborted()
      try {
        const {sdk, reading} = await open()
        return await work(reading, sdk, about)
      } catch (error) {
        signal.throwIfAborted()
        throw fromGlueError({catalog, settings, subject, isChange: false}, error)
      }
    },
    async change(subject, work) {
      signal.throwIfAborted()
      try {
        const {sdk, writing} = await open()
        return await work(writing, sdk, about)
      } catch (error) {
        throw fromGlueError({catalog, settings, subject, isChange: true}, error)
      }
    },
    async close() {
      const opened = await loaded?.catch(() => undefined)
      opened?.reading.destroy()
      opened?.writing.destroy()
    },
  }
}

async function connect({endpoint, region, credentials, profile, retries, timeout}: GlueSettings) {
  const [sdk, {StandardRetryStrategy}] = await Promise.all([import('@aws-sdk/client-glue'), import('@smithy/core/retry')])
  const common = {
    ...(endpoint !== undefined && {endpoint}),
    ...(region !== undefined && {region}),
    ...(credentials !== undefined && {credentials}),
    ...(profile !== undefined && {profile}),
    requestHandler: {connectionTimeout: timeout, socketTimeout: timeout},
  }
  const standard = new StandardRetryStrategy(retries + 1)
  const whenBusy: typeof standard = Object.assign(Object.create(standard), {
    async refreshRetryTokenForRetry(...given: Parameters<typeof standard.refreshRetryTokenForRetry>) {
      if (given[1].errorType !== 'THROTTLING') throw given[1].error
      return standard.refreshRetryTokenForRetry(...given)
    },
  })
  return {
    sdk,
    reading: new sdk.GlueClient({...common, maxAttempts: retries + 1}),
    writing: new sdk.GlueClient({...common, retryStrategy: whenBusy}),
  }
}
