import {usage} from '../errors-of-tables.js'
import {nearest} from '../nearest.js'

/** Keys with one value, beside `catalogs.<name>.<property>` and `plugins.<package>`. */
const SINGLE_KEYS = ['defaultCatalog', 'state.url', 'accessControl.provider'] as const

/**
 * Checks that a key is one that Phlo knows: `defaultCatalog`, `state.url`, `accessControl.provider`, or
 * `catalogs.<name>.<property>`, where the property may have dots itself (`catalogs.lake.s3.endpoint`).
 *
 * @param where named in the error: a file and line, a variable, or nothing for what was typed.
 * @throws PhloError `UNKNOWN_CONFIG_KEY` (exit 2) with the key that was probably meant.
 */
export function checkConfigKey(key: string, where?: string): void {
  if ((SINGLE_KEYS as readonly string[]).includes(key)) return
  const [section = '', name, ...property] = key.split('.')
  if (section === 'catalogs' && name && property.length > 0 && property.every((part) => part !== '')) return
  const meant = section === 'catalogs' ? `catalogs.${name || '<name>'}.uri` : nearestKey(key, section)
  throw usage(
    'UNKNOWN_CONFIG_KEY',
    `${where ? `${where}: ` : ''}${JSON.stringify(key)} is not a configuration key.`,
    meant ? [`Did you mean ${meant}?`] : [],
  )
}

function nearestKey(key: string, section: string): string | undefined {
  const exact = nearest(key, SINGLE_KEYS)
  if (exact) return exact
  const top = nearest(section, ['catalogs', 'plugins', ...SINGLE_KEYS.map((known) => known.split('.')[0] ?? known)])
  return top === undefined || top === section ? SINGLE_KEYS.find((known) => known.startsWith(`${section}.`)) : top
}
