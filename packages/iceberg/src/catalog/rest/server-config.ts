import {noCatalogThere} from './errors.js'
import {SEPARATOR} from './names.js'

/** What a server says of itself, with what its client was told (REST specification, `CatalogConfig`). */
export interface ServerConfig {
  /** The server's defaults, below what the client was given, below the server's overrides. */
  readonly properties: Readonly<Record<string, string>>
  /** Before the paths of everything but the configuration: `v1` or `v1/prefix`. */
  readonly root: string
  /** Between the levels of a namespace in a path, encoded. */
  readonly separator: string
  /** What the server has: `GET /v1/{prefix}/namespaces`. */
  readonly endpoints: ReadonlySet<string>
  /** Whether it can be committed to: servers that only show tables of another format leave that out of what they have. */
  readonly isReadOnly: boolean
  /** Whether changes may carry an `Idempotency-Key`. */
  readonly hasIdempotency: boolean
}

interface ConfigAnswer {
  readonly defaults?: Readonly<Record<string, string | null>> | null
  readonly overrides?: Readonly<Record<string, string | null>> | null
  readonly endpoints?: readonly string[] | null
  readonly 'idempotency-key-lifetime'?: string | null
}

const COMMIT = 'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}'

export const REPORT_METRICS = 'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics'
export const LIST_VIEWS = 'GET /v1/{prefix}/namespaces/{namespace}/views'
export const LOAD_VIEW = 'GET /v1/{prefix}/namespaces/{namespace}/views/{view}'

/** What a server has that does not say (REST specification, "getConfig"). */
const DEFAULT_ENDPOINTS = [
  'GET /v1/{prefix}/namespaces',
  'POST /v1/{prefix}/namespaces',
  'GET /v1/{prefix}/namespaces/{namespace}',
  'DELETE /v1/{prefix}/namespaces/{namespace}',
  'POST /v1/{prefix}/namespaces/{namespace}/properties',
  'GET /v1/{prefix}/namespaces/{namespace}/tables',
  'POST /v1/{prefix}/namespaces/{namespace}/tables',
  'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  COMMIT,
  'DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  'POST /v1/{prefix}/namespaces/{namespace}/register',
  'POST /v1/{prefix}/tables/rename',
]

/**
 * The configuration that a server answers `GET v1/config` with.
 *
 * @param given the client's own properties
 * @throws PhloError `CATALOG_UNAVAILABLE` (exit 3) for an answer that is none
 */
export function readServerConfig(catalog: string, body: unknown, given: Readonly<Record<string, string>>): ServerConfig {
  const {defaults, overrides, endpoints: listed, 'idempotency-key-lifetime': lifetime} = checked(catalog, body)
  const properties = withoutNulls({...defaults, ...given, ...overrides})
  // Of servers that do not say, this tells, as Java's client has it.
  const views = properties['view-endpoints-supported'] === 'true' ? [LIST_VIEWS, LOAD_VIEW] : []
  const endpoints = new Set(listed && listed.length > 0 ? listed : [...DEFAULT_ENDPOINTS, ...views])
  const {prefix} = properties
  return {
    properties,
    root: prefix === undefined || prefix === '' ? 'v1' : `v1/${encodedOnce(prefix)}`,
    separator: properties['namespace-separator'] ?? SEPARATOR,
    endpoints,
    isReadOnly: !endpoints.has(COMMIT),
    hasIdempotency: typeof lifetime === 'string',
  }
}

function checked(catalog: string, body: unknown): ConfigAnswer {
  if (!isObject(body)) throw noCatalogThere(catalog, 'its configuration is no JSON object.')
  const {defaults, overrides, endpoints} = body
  const hasProperties = ('defaults' in body || 'overrides' in body) && isText(defaults) && isText(overrides)
  const hasList = absent(endpoints) || (Array.isArray(endpoints) && endpoints.every((one) => typeof one === 'string'))
  if (hasProperties && hasList) return body as ConfigAnswer
  throw noCatalogThere(catalog, 'its configuration does not have the defaults, overrides and endpoints of one.')
}

const isText = (value: unknown) =>
  absent(value) || (isObject(value) && Object.values(value).every((own) => own === null || typeof own === 'string'))

/** A null takes away what a lower layer says. */
const withoutNulls = (properties: Readonly<Record<string, string | null>>) =>
  Object.fromEntries(Object.entries(properties).filter((entry): entry is [string, string] => entry[1] !== null))

const absent = (value: unknown) => value === undefined || value === null

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Servers give prefixes that are encoded already, such as `main%7Cwarehouse`, and ones that are not. */
const encodedOnce = (prefix: string) =>
  prefix
    .split('/')
    .map((part) => (part.includes('%') ? part : encodeURIComponent(part)))
    .join('/')
