import type {FileIO} from '@phlo/core'
import type {Authorization} from './auth/authorization.js'

export interface RestCatalogOptions {
  readonly name: string
  /** The server's address, without a slash at its end: `GET <uri>/v1/config` answers. */
  readonly uri: string
  /** The properties that the catalog is configured with: over the server's defaults, below its overrides. */
  readonly properties: Readonly<Record<string, string>>
  /** A FileIO for a path's scheme, with these properties over those that it has anyway. */
  readonly openIO: (path: string, properties: Readonly<Record<string, string>>) => Promise<FileIO>
  readonly authorization: Authorization
  readonly fetch: typeof fetch
  /** Milliseconds that a request may take. */
  readonly timeout: number
  /** How often a request is sent again. */
  readonly retries: number
  /** Ends what only asks, and the waiting between attempts. */
  readonly signal?: AbortSignal
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number
  /** Ends connections. */
  readonly close: () => Promise<void>
}
