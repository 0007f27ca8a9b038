import {isReference} from './references.js'

const SECRET_KEY =
  /password|passwd|passphrase|secret|token|credential|access[-_.]?key|private[-_.]?key|api[-_.]?key|sas[-_.]?key|authorization|cookie/i
/** Switches and times, whatever they are of: `token-exchange-enabled`, `token-expires-in-ms`. */
const PLAIN_KEY = /[-_.](?:enabled|type|ms)$/i
const MASK = '***'
/** Shorter values are left alone: replacing every `1` of a text would hide the text, not the secret. */
const SHORTEST_SECRET = 4

/** True for a key whose value nobody should see: `s3.secret-access-key`, `token`, `credential`, `password`. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key) && !PLAIN_KEY.test(key)
}

/**
 * Hides what credentials a text has inside URLs: `postgresql://user:***@host`, `?password=***`. A password that should have been
 * percent-encoded, and has a slash, is hidden too; only what is a port is not taken for one.
 */
export function maskUrls(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*):(?!\d+\/)\S*@/gi, `$1:${MASK}@`)
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*):[^/\s]*@/gi, `$1:${MASK}@`)
    .replace(/([?&][^=&\s]*(?:password|secret|token|credential|signature)[^=&\s]*=)[^&\s"']+/gi, `$1${MASK}`)
}

/** A configuration value as it may be shown: a secret key's value becomes `***`, unless it is only a reference to one. */
export function maskConfigValue(key: string, value: string): string {
  if (isSecretKey(key) && !isReference(value)) return MASK
  return maskUrls(value)
}

/** The same value with every secret-looking key, and every credential inside a URL, masked at any depth. */
export function maskSecrets(value: unknown): unknown {
  return mapStrings(value, (text, key) => (key === undefined ? maskUrls(text) : maskConfigValue(key, text)))
}

/** Masks these secrets, and credentials inside URLs, wherever they turn up in a text. */
export function createMasker(secrets: Iterable<string>): (text: string) => string {
  const forms = [...secrets]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
  const longestFirst = [...new Set(forms)].sort((left, right) => right.length - left.length)
  return (text) => maskUrls(longestFirst.reduce((masked, secret) => masked.replaceAll(secret, MASK), text))
}

/** A copy of a JSON-like value with every string in it replaced; `key` is the nearest key above the string. */
export function mapStrings(value: unknown, replace: (text: string, key?: string) => string, key?: string): unknown {
  if (typeof value === 'string') return replace(value, key)
  if (Array.isArray(value)) return value.map((element) => mapStrings(element, replace, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapStrings(inner, replace, name)]))
}
