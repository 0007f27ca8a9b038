import {type FileIO, refused} from '@phlo/core'
import {renewingFileIO} from './renewing-file-io.js'

/** What a server says of how a table's files are reached (REST specification, `LoadTableResult`, `LoadCredentialsResponse`). */
export interface StorageAnswer {
  readonly config?: Readonly<Record<string, string>> | null
  readonly 'storage-credentials'?: readonly {readonly prefix: string; readonly config: Readonly<Record<string, string>>}[] | null
}

/** Milliseconds before credentials expire at which others are asked for, or a third of what is left of their time: a request that is long under way must not outlive them. */
const EARLY = 5 * 60_000

/** Properties that tell when credentials end, in milliseconds since the epoch. */
const EXPIRES = ['s3.session-token-expires-at-ms', 'gcs.oauth2.token-expires-at', 'adls.sas-token-expires-at-ms', 'expires-at-ms']

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
    const all = {...properties, ...own}
    assertHasKeys(location, all)
    return {io: await openIO(location, all), endsAt, renewAt: endsAt - Math.min(EARLY, (endsAt - now()) / 3)}
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
  const folder = `${plainScheme(location).replace(/\/+$/, '')}/`
  const fitting = (credentials ?? []).filter(({prefix}) => folder.startsWith(plainScheme(prefix)))
  return fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0]?.config ?? {}
}

/** One store, under the names that Hadoop had for it. */
const plainScheme = (path: string) => path.replace(/^s3[an]:/, 's3:')

/** The chain of AWS may know somebody whom the server does not mean. */
function assertHasKeys(location: string, properties: Readonly<Record<string, string>>): void {
  if (properties['s3.remote-signing-enabled'] !== 'true' || properties['s3.access-key-id'] !== undefined) return
  throw refused(
    'NOT_SUPPORTED_BY_CATALOG',
    `The server hands out no keys for ${location}, and would sign each request for a file instead (remote signing), which Phlo does not ask it to.`,
    ['have the server hand out credentials, or configure s3.access-key-id and s3.secret-access-key for the catalog'],
  )
}

function expiryOf(properties: Readonly<Record<string, string>>): number | undefined {
  const text = EXPIRES.map((key) => properties[key]).find((value) => value !== undefined)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}
