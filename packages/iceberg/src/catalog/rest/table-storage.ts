import type {FileIO} from '@phlo/core'
import {renewingFileIO} from './renewing-file-io.js'

/** What a server says of how a table's files are reached (REST specification, `LoadTableResult`, `LoadCredentialsResponse`). */
export interface StorageAnswer {
  readonly config?: Readonly<Record<string, string>> | null
  readonly 'storage-credentials'?: readonly {readonly prefix: string; readonly config: Readonly<Record<string, string>>}[] | null
}

/** Milliseconds before credentials expire at which others are asked for: a request that is long under way must not outlive them. */
const EARLY = 5 * 60_000

/** Properties that tell when credentials end, in milliseconds since the epoch. */
const EXPIRES = ['s3.session-token-expires-at-ms', 'gcs.oauth2.token-expires-at', 'adls.sas-token-expires-at-ms']

export interface TableStorage {
  readonly location: string
  readonly given: StorageAnswer
  /** The catalog's own properties, below those of the table. */
  readonly properties: Readonly<Record<string, string>>
  /** Asks for credentials anew. */
  readonly renew: () => Promise<StorageAnswer>
  readonly openIO: (path: string, properties: Readonly<Record<string, string>>) => Promise<FileIO>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The FileIO of a table: with the credentials that the server handed out for it, as long as they hold and with others after that. */
export async function tableFileIO({location, given, properties, renew, openIO, now}: TableStorage): Promise<FileIO> {
  const lease = async (own: Readonly<Record<string, string>>) => {
    const endsAt = expiryOf(own) ?? Number.POSITIVE_INFINITY
    return {io: await openIO(location, {...properties, ...own}), endsAt, renewAt: endsAt - EARLY}
  }
  const config = given.config ?? {}
  const first = await lease({...config, ...credentialsFor(given, location)})
  if (first.endsAt === Number.POSITIVE_INFINITY) return first.io
  return renewingFileIO({
    first,
    now,
    async next() {
      const answer = await renew()
      return lease({...config, ...answer.config, ...credentialsFor(answer, location)})
    },
  })
}

/** Of several credentials, those with the longest prefix of the location. */
function credentialsFor({'storage-credentials': credentials}: StorageAnswer, location: string): Readonly<Record<string, string>> {
  // A prefix may end with a slash, which a location seldom does.
  const folder = `${location.replace(/\/+$/, '')}/`
  const fitting = (credentials ?? []).filter(({prefix}) => folder.startsWith(prefix))
  return fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0]?.config ?? {}
}

function expiryOf(properties: Readonly<Record<string, string>>): number | undefined {
  const text = EXPIRES.map((key) => properties[key]).find((value) => value !== undefined)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}
