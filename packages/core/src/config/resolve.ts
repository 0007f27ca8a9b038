import {usage} from '../errors-of-tables.js'
import type {Json} from '../json.js'
import {nearest} from '../nearest.js'
import type {ConfigFile} from './yaml-file.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where a value came from. */
export interface ConfigOrigin {
  readonly source: 'flag' | 'environment' | 'project' | 'user' | 'default'
  /** `--catalog`, `PHLO_CATALOG`, `/srv/lake/phlo.yaml:3`, or `built in`. */
  readonly where: string
}

export interface ConfigValue {
  readonly key: string
  /** As written: references such as `${env:TOKEN}` are not resolved here. */
  readonly value: string
  readonly origin: ConfigOrigin
}

export interface PhloConfig {
  /** By key, in the order of the keys. */
  readonly values: ReadonlyMap<string, ConfigValue>
  /** The sections under `plugins`, by package; of a package that both files name, the project's. */
  readonly plugins: Readonly<Record<string, Json>>
  /** The folder of the `phlo.yaml` in force, else the working directory. */
  readonly projectRoot: string
  /** Every file that was looked for, nearest first. */
  readonly files: readonly {readonly kind: 'project' | 'user'; readonly path: string; readonly found: boolean}[]
}

/** Everything that a configuration is made from. */
export interface ConfigSources {
  readonly flags: {readonly catalog?: string | undefined}
  readonly env: Environment
  readonly project: ConfigFile | undefined
  readonly user: ConfigFile | undefined
  readonly projectRoot: string
}

/**
 * Puts the sources together, value by value: flags, then `PHLO_*`, then `phlo.yaml`, then the user's file, then the defaults. Pure.
 *
 * With no catalog anywhere there is an embedded one, `local`, below `.phlo` in the project's folder; nothing is created by reading.
 *
 * @throws PhloError `UNKNOWN_CONFIG_KEY` (exit 2) for a variable such as `PHLO_CATALOG__LAKE__URI` that sets nothing.
 */
export function resolveConfig(sources: ConfigSources): Pick<PhloConfig, 'values' | 'plugins' | 'projectRoot'> {
  const {flags, env, project, user, projectRoot} = sources
  const found = new Map<string, ConfigValue>()
  const put = (key: string, value: string, source: ConfigOrigin['source'], where: string) =>
    found.set(key, {key, value, origin: {source, where}})

  for (const [source, file] of [
    ['user', user],
    ['project', project],
  ] as const) {
    for (const {key, value, line} of file?.values ?? []) put(key, value, source, `${file?.path}:${line}`)
  }
  for (const {key, value, variable} of fromEnvironment(env, catalogNames(found.keys()))) put(key, value, 'environment', variable)
  if (flags.catalog !== undefined) put('defaultCatalog', flags.catalog, 'flag', '--catalog')
  const names = catalogNames(found.keys())
  const [only] = names
  if (only === undefined) {
    put('catalogs.local.type', 'sql', 'default', 'built in')
    put('catalogs.local.uri', `sqlite:///${projectRoot}/.phlo/catalog.db`, 'default', 'built in')
    put('catalogs.local.warehouse', `file://${projectRoot}/.phlo/warehouse`, 'default', 'built in')
    if (!found.has('defaultCatalog')) put('defaultCatalog', 'local', 'default', 'built in')
  } else if (names.length === 1 && !found.has('defaultCatalog')) {
    put('defaultCatalog', only, 'default', 'the only catalog')
  }
  const values = new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)))
  return {values, plugins: {...user?.plugins, ...project?.plugins}, projectRoot}
}

/** The names of the catalogs among these keys, in order. */
export function catalogNames(keys: Iterable<string>): string[] {
  const names = [...keys].flatMap((key) => /^catalogs\.([^.]+)\./.exec(key)?.[1] ?? [])
  return [...new Set(names)].sort()
}

const VARIABLES: Readonly<Record<string, string>> = {
  PHLO_CATALOG: 'defaultCatalog',
  PHLO_STATE__URL: 'state.url',
  PHLO_ACCESS_CONTROL__PROVIDER: 'accessControl.provider',
}

/**
 * `PHLO_CATALOGS__LAKE__S3__ACCESS_KEY_ID` is `catalogs.lake.s3.access-key-id`: two underscores part the levels, one is a hyphen, as in
 * PyIceberg. The catalog is the configured one whose name is the same but for case and hyphens.
 */
function fromEnvironment(env: Environment, names: readonly string[]) {
  const found: {key: string; value: string; variable: string}[] = []
  for (const [variable, value] of Object.entries(env).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (value === undefined || value === '') continue
    const single = VARIABLES[variable]
    const [, catalog, property] = /^PHLO_CATALOGS__(.+?)__(.+)$/.exec(variable) ?? []
    if (single) found.push({key: single, value, variable})
    else if (catalog !== undefined && property !== undefined) {
      const typed = catalog.toLowerCase()
      const name = names.find((known) => known.toLowerCase().replaceAll('-', '_') === typed) ?? typed.replaceAll('_', '-')
      found.push({key: `catalogs.${name}.${property.toLowerCase().replaceAll('__', '.').replaceAll('_', '-')}`, value, variable})
    } else if (/^PHLO_.*__/.test(variable)) {
      const meant = nearest(variable.split('__')[0] ?? '', ['PHLO_CATALOGS', 'PHLO_STATE', 'PHLO_ACCESS_CONTROL'])
      throw usage('UNKNOWN_CONFIG_KEY', `The variable ${variable} sets nothing that Phlo knows.`, [
        meant === 'PHLO_CATALOGS' || !meant ? 'PHLO_CATALOGS__<NAME>__<PROPERTY>=<value>' : `${meant}__…`,
      ])
    }
  }
  return found
}
