import {booleanProperty, usage, wholeNumberProperty} from '@phlo/core'

type Properties = Readonly<Record<string, string>>

/** How Glue is reached. */
export interface GlueSettings {
  /** Of something else that speaks Glue's protocol; undefined for AWS itself. */
  readonly endpoint: string | undefined
  /** What is spoken to, as an error may show it. */
  readonly shown: string
  /** Undefined where the SDK finds it: environment and profile. */
  readonly region: string | undefined
  /** Undefined where the SDK finds them: environment, profile, role. */
  readonly credentials: {readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string} | undefined
  readonly profile: string | undefined
  /** The account whose catalog it is; undefined for one's own. */
  readonly catalogId: string | undefined
  /** Whether Glue keeps no version of a table that is replaced. Its number of versions is limited, so that commits fail when they are kept. */
  readonly skipArchive: boolean
  /** How often a request is sent again. */
  readonly retries: number
  /** Milliseconds without a byte in either direction. */
  readonly timeout: number
}

/**
 * The settings in the properties of a catalog, under the names of PyIceberg and of Iceberg's Java library.
 *
 * @throws PhloError `INVALID_PROPERTY` (exit 2); no value of a secret is repeated
 */
export function glueSettings(catalog: string, properties: Properties): GlueSettings {
  const endpoint = endpointOf(catalog, properties['glue.endpoint'])
  return {
    endpoint: endpoint?.href.replace(/\/$/, ''),
    shown: endpoint ? `${endpoint.protocol}//${endpoint.host}` : 'AWS Glue',
    region: properties['glue.region'] ?? properties['client.region'] ?? (endpoint && !process.env['AWS_REGION'] ? 'us-east-1' : undefined),
    credentials: credentialsOf(catalog, properties),
    profile: properties['glue.profile-name'] ?? properties['client.profile-name'],
    catalogId: properties['glue.id'],
    skipArchive: booleanProperty(catalog, properties, 'glue.skip-archive', true),
    retries: wholeNumberProperty(catalog, properties, 'glue.max-retries', 5, 0),
    timeout: wholeNumberProperty(catalog, properties, 'glue.request-timeout-ms', 30_000),
  }
}

function endpointOf(catalog: string, text: string | undefined): URL | undefined {
  if (text === undefined || text === '') return undefined
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  // The text is not repeated: a password may be in it.
  throw usage('INVALID_PROPERTY', `glue.endpoint of catalog ${catalog} is not an address of http or https.`)
}

function credentialsOf(catalog: string, properties: Properties): GlueSettings['credentials'] {
  // Keys of one identity: a token of another's would spoil them.
  const prefix = properties['glue.access-key-id'] || properties['glue.secret-access-key'] ? 'glue' : 'client'
  const find = (key: string) => properties[`${prefix}.${key}`]
  const [accessKeyId, secretAccessKey, sessionToken] = [find('access-key-id'), find('secret-access-key'), find('session-token')]
  if (!accessKeyId && !secretAccessKey) return undefined
  if (accessKeyId && secretAccessKey) return {accessKeyId, secretAccessKey, ...(sessionToken && {sessionToken})}
  throw usage('INVALID_PROPERTY', `${prefix}.access-key-id and ${prefix}.secret-access-key of catalog ${catalog} go together.`)
}
