import type {FileIO} from '@phlo/core'
import type {HttpSettings} from '../../http/settings.js'

export interface RestCatalogOptions extends HttpSettings {
  readonly name: string
  /** The properties that the catalog is configured with: over the server's defaults, below its overrides. */
  readonly properties: Readonly<Record<string, string>>
  /** A FileIO for a path's scheme, with these properties over those that it has anyway. */
  readonly openIO: (path: string, properties: Readonly<Record<string, string>>) => Promise<FileIO>
  /** Ends what only asks, and the waiting between attempts. */
  readonly signal?: AbortSignal
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number
}
