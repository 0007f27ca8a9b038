import {usage} from '@phlo/core'

/** How a store of S3 is reached, from the properties that PyIceberg and Iceberg's Java library name. Times are in milliseconds. */
export interface S3Settings {
  readonly endpoint: string | undefined
  /** The endpoint as an error may show it: without a user and a password. */
  readonly endpointShown: string
  readonly region: string | undefined
  readonly credentials: {readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string} | undefined
  readonly pathStyle: boolean
  readonly connectTimeout: number
  /** How long a request may pass without a byte in either direction. */
  readonly requestTimeout: number
  /** How often a request is sent again after a failure that may pass. */
  readonly retries: number
}

type Properties = Readonly<Record<string, string>>

/** The settings in the properties of a catalog. What they leave out is the SDK's own matter: its environment, profiles and roles. */
export function s3Settings(properties: Properties): S3Settings {
  const endpoint = endpointOf(properties)
  return {
    endpoint: endpoint?.href.replace(/\/$/, ''),
    endpointShown: endpoint ? `${endpoint.protocol}//${endpoint.host}` : 'AWS',
    // A store that is not Amazon's seldom cares which region a request is signed for, but one has to be named.
    region: properties['s3.region'] ?? properties['client.region'] ?? (endpoint && !process.env['AWS_REGION'] ? 'us-east-1' : undefined),
    credentials: credentialsOf(properties),
    pathStyle: booleanOf(properties, 's3.path-style-access', endpoint !== undefined),
    connectTimeout: 1000 * numberOf(properties, 's3.connect-timeout', 5, 'a number of seconds above 0', (value) => value > 0),
    requestTimeout: 1000 * numberOf(properties, 's3.request-timeout', 30, 'a number of seconds above 0', (value) => value > 0),
    retries: numberOf(properties, 's3.retry.num-retries', 3, 'a whole number', (value) => Number.isInteger(value) && value >= 0),
  }
}

function endpointOf(properties: Properties): URL | undefined {
  const text = properties['s3.endpoint']
  if (text === undefined || text === '') return undefined
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  // The text is not repeated: a password may be in it.
  throw usage('INVALID_PROPERTY', 's3.endpoint is not an address of http or https.', ['write it as https://storage.example.com:9000'])
}

function credentialsOf(properties: Properties): S3Settings['credentials'] {
  const accessKeyId = properties['s3.access-key-id']
  const secretAccessKey = properties['s3.secret-access-key']
  const sessionToken = properties['s3.session-token']
  if (!accessKeyId && !secretAccessKey) return undefined
  if (accessKeyId && secretAccessKey) return {accessKeyId, secretAccessKey, ...(sessionToken ? {sessionToken} : {})}
  const [there, missing] = accessKeyId ? ['s3.access-key-id', 's3.secret-access-key'] : ['s3.secret-access-key', 's3.access-key-id']
  throw usage('INVALID_PROPERTY', `${there} is set and ${missing} is not: they go together.`)
}

function booleanOf(properties: Properties, key: string, otherwise: boolean): boolean {
  const text = properties[key]?.toLowerCase()
  if (text === undefined) return otherwise
  if (text === 'true' || text === 'false') return text === 'true'
  throw usage('INVALID_PROPERTY', `${key} is ${JSON.stringify(text)}: it can be true or false.`)
}

function numberOf(properties: Properties, key: string, otherwise: number, wanted: string, valid: (value: number) => boolean): number {
  const text = properties[key]
  if (text === undefined) return otherwise
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value) && valid(value)) return value
  throw usage('INVALID_PROPERTY', `${key} is ${JSON.stringify(text)}: it has to be ${wanted}.`)
}
