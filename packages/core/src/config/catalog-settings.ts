import {usage} from '../errors-of-tables.js'
import {nearest} from '../nearest.js'
import {catalogNames, type PhloConfig} from './resolve.js'

/** One catalog of the configuration, its references not resolved yet. */
export interface CatalogSettings {
  readonly name: string
  /** The catalog type that a plugin contributes: `sql`, `rest`, `nessie`. */
  readonly type: string
  /** Every property but `type`. */
  readonly properties: Readonly<Record<string, string>>
}

/** The catalog that is always there: tables by their path, read only. */
const FILE_CATALOG = 'file'

/** The catalogs that are configured, in the order of their names. */
export function configuredCatalogs(config: PhloConfig): readonly string[] {
  return catalogNames(config.values.keys())
}

/**
 * The settings of the catalog of this name, or of the default catalog. The catalog `file` (tables by their path) is always there.
 *
 * @throws PhloError `CATALOG_NOT_CONFIGURED`, `NO_DEFAULT_CATALOG`, `CATALOG_WITHOUT_TYPE` (exit 2).
 */
export function catalogSettings(config: PhloConfig, name = config.values.get('defaultCatalog')?.value): CatalogSettings {
  const names = configuredCatalogs(config)
  if (name === undefined) {
    throw usage('NO_DEFAULT_CATALOG', `Several catalogs are configured and none is the default: ${names.join(', ')}.`, [
      `--catalog ${names[0]}`,
      `phlo config set defaultCatalog ${names[0]}`,
    ])
  }
  // Tables by their path need no configuration.
  if (name === FILE_CATALOG && !names.includes(name)) return {name, type: FILE_CATALOG, properties: {}}
  if (!names.includes(name)) {
    const meant = nearest(name, names) ?? (names.length === 1 ? names[0] : undefined)
    throw usage(
      'CATALOG_NOT_CONFIGURED',
      `The catalog ${JSON.stringify(name)} is not configured; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`,
      [meant ? `--catalog ${meant}` : 'phlo catalog list', `phlo config set catalogs.${name}.type sql`],
    )
  }
  const prefix = `catalogs.${name}.`
  const properties = Object.fromEntries(
    [...config.values.values()].filter(({key}) => key.startsWith(prefix)).map(({key, value}) => [key.slice(prefix.length), value]),
  )
  const {type, ...rest} = properties
  if (type === undefined) {
    throw usage('CATALOG_WITHOUT_TYPE', `The catalog ${name} has no type.`, [`phlo config set catalogs.${name}.type sql`])
  }
  return {name, type, properties: rest}
}
