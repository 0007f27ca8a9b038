import {readFile} from 'node:fs/promises'
import {userInfo} from 'node:os'
import type {SecureContextOptions} from 'node:tls'
import {booleanProperty, messageOf, refused, unavailable, usage, wholeNumberProperty} from '@phlo/core'
import type {Address} from '../thrift/connection.js'

type Properties = Readonly<Record<string, string>>

/** How a metastore is reached, and how tables are kept in it. */
export interface HiveSettings {
  readonly addresses: readonly Address[]
  /** Reads the certificates. */
  readonly tls: () => Promise<SecureContextOptions | undefined>
  /** Milliseconds that a call may take. */
  readonly timeout: number
  /** Whose connection it is, for metastores without authentication (`set_ugi`). */
  readonly ugi?: {readonly user: string; readonly groups: readonly string[]}
  /** Who makes tables and locks. */
  readonly user: string
  readonly lock: LockSettings
  readonly table: TableSettings
  /** What the metastore is, where it does not say so itself. */
  readonly version?: string
}

export interface LockSettings {
  /** Unless the table says otherwise. */
  readonly isEnabled: boolean
  /** Milliseconds that a lock is waited for. */
  readonly timeout: number
  /** Milliseconds between two looks at a lock. */
  readonly minWait: number
  readonly maxWait: number
  /** Milliseconds between two signs of life to a lock that is held. */
  readonly heartbeat: number
}

export interface TableSettings {
  /** Whether Hive itself is to query tables, unless the table says otherwise. */
  readonly isHiveEnabled: boolean
  /** The longest parameter, in characters, that metadata is copied to; 0 copies none. */
  readonly propertySize: number
}

const DEFAULT_PORT = 9083
const TIMEOUT = 60_000

/** What Phlo does not speak, under the names of Hive and of PyIceberg, and the values that ask for it. */
const REFUSED: readonly (readonly [property: string, asksForIt: RegExp, what: string])[] = [
  ['hive.metastore.sasl.enabled', /^true$/i, 'SASL (Kerberos)'],
  ['hive.kerberos-authentication', /^true$/i, 'Kerberos'],
  ['hive.metastore.kerberos.principal', /./, 'Kerberos'],
  ['hive.metastore.client.auth.mode', /^(?!notset$|none$)/i, 'SASL'],
  ['hive.metastore.thrift.framed.transport.enabled', /^true$/i, 'the framed transport of Thrift'],
  ['hive.metastore.thrift.compact.protocol.enabled', /^true$/i, 'the compact protocol of Thrift'],
  ['hive.metastore.client.thrift.transport.mode', /^http$/i, 'Thrift over HTTP'],
]

/**
 * What the properties of a catalog say of its metastore, under the names of Iceberg's Java library, Hive and PyIceberg.
 *
 * @throws PhloError `CATALOG_WITHOUT_URI`, `INVALID_PROPERTY` (exit 2); `NOT_SUPPORTED` (exit 6) for ways to it that Phlo does not have
 */
export function hiveSettings(catalog: string, properties: Properties): HiveSettings {
  for (const [property, asksForIt, what] of REFUSED) {
    const value = properties[property]
    if (value === undefined || !asksForIt.test(value)) continue
    throw refused('NOT_SUPPORTED', `Catalog ${catalog} asks for ${what} (${property}), which Phlo does not speak to a Hive metastore.`)
  }
  const number = (key: string, fallback: number, least = 1) => wholeNumberProperty(catalog, properties, key, fallback, least)
  const flag = (key: string, fallback: boolean) => booleanProperty(catalog, properties, key, fallback)
  const ugi = properties['ugi'] === undefined ? undefined : ugiOf(properties['ugi'])
  const version = properties['hive.version']
  return {
    addresses: addressesOf(catalog, properties['uri']),
    tls: certificates(catalog, properties, flag('hive.metastore.use.SSL', false)),
    timeout: duration(catalog, properties, 'hive.metastore.client.socket.timeout', TIMEOUT),
    ...(ugi && {ugi}),
    user: ugi?.user ?? userInfo().username,
    lock: {
      isEnabled: flag('iceberg.engine.hive.lock-enabled', true),
      timeout: number('iceberg.hive.lock-timeout-ms', 180_000),
      minWait: number('iceberg.hive.lock-check-min-wait-ms', 50),
      maxWait: number('iceberg.hive.lock-check-max-wait-ms', 5000),
      heartbeat: number('iceberg.hive.lock-heartbeat-interval-ms', 60_000),
    },
    table: {
      isHiveEnabled: flag('iceberg.engine.hive.enabled', false),
      propertySize: number('iceberg.hive.table-property-max-size', 32_672, 0),
    },
    ...(version !== undefined && {version}),
  }
}

function addressesOf(catalog: string, text: string | undefined): readonly Address[] {
  if (text === undefined) {
    throw usage('CATALOG_WITHOUT_URI', `The catalog ${catalog} has no uri.`, [
      `phlo config set catalogs.${catalog}.uri thrift://metastore.example:9083`,
    ])
  }
  return text.split(',').map((part) => {
    const uri = part.trim()
    const url = /^thrift:\/\//i.test(uri) ? URL.parse(uri.replace(/^thrift:/i, 'http:')) : null
    // The text is not repeated: a password may be in it.
    const isPlain = url !== null && [url.username, url.password, url.search, url.hash, url.pathname.slice(1)].every((rest) => rest === '')
    if (!isPlain) {
      throw usage('INVALID_PROPERTY', `The uri of catalog ${catalog} is not an address of a metastore, or several separated by commas.`, [
        `phlo config set catalogs.${catalog}.uri thrift://metastore.example:9083`,
      ])
    }
    const port = /:(\d+)\/?$/.exec(uri)?.[1]
    return {host: url.hostname.replace(/^\[|\]$/g, ''), port: port === undefined ? DEFAULT_PORT : Number(port)}
  })
}

function ugiOf(text: string) {
  const [user = '', ...groups] = text.split(/[:,]/)
  return {user, groups}
}

/** Certificates, in PEM files. The names are PyIceberg's. */
const FILES = {ca: 'ssl.cabundle', cert: 'ssl.client.cert', key: 'ssl.client.key'} as const

function certificates(catalog: string, properties: Properties, isEnabled: boolean): HiveSettings['tls'] {
  if (properties['hive.metastore.truststore.path'] !== undefined) {
    throw usage(
      'INVALID_PROPERTY',
      `hive.metastore.truststore.path of catalog ${catalog} is a key store of Java, which Phlo does not read.`,
      [
        'keytool -exportcert -rfc -keystore <truststore> -alias <alias> -file ca.pem',
        `phlo config set catalogs.${catalog}.ssl.cabundle ca.pem`,
      ],
    )
  }
  const read = async (key: string): Promise<string | undefined> => {
    const path = properties[key]
    if (path === undefined) return undefined
    return readFile(path, 'utf8').catch((error: unknown) => {
      throw unavailable('CERTIFICATE_UNREADABLE', `${key} of catalog ${catalog} cannot be read: ${messageOf(error)}.`, {cause: error})
    })
  }
  return async () => {
    if (!isEnabled) return undefined
    const [ca, cert, key] = await Promise.all([read(FILES.ca), read(FILES.cert), read(FILES.key)])
    return {...(ca && {ca}), ...(cert && {cert}), ...(key && {key})}
  }
}

const UNITS: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000}

/** As Hive takes them: `600` and `600s` are seconds, `500ms`. In milliseconds. */
function duration(catalog: string, properties: Properties, key: string, fallback: number): number {
  const text = properties[key]
  if (text === undefined) return fallback
  const [, digits, unit = 's'] = /^([1-9]\d{0,8})(ms|s|m)?$/.exec(text) ?? []
  if (digits !== undefined) return Number(digits) * (UNITS[unit] ?? 1)
  throw usage('INVALID_PROPERTY', `${key} of catalog ${catalog} is ${JSON.stringify(text)}; it has to be a time such as 60s or 500ms.`)
}
