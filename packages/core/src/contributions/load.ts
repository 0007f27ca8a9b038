import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {ExitCode, messageOf, PhloError} from '../errors.js'
import type {Engines} from '../execution-engine.js'
import {nearest} from '../nearest.js'
import type {OperationContext} from '../operation.js'
import type {SchemaDependent} from '../schema-manager.js'
import {CONTRACT, CONTRIBUTION_TAGS, type ContributionKind, type ContributionKinds} from './kinds.js'
import type {Contribution, ContributionList} from './list.js'

const NOUNS: {readonly [Kind in ContributionKind]: string} = {
  catalogs: 'catalog type',
  fileIO: 'storage scheme',
  engines: 'engine',
  checks: 'quality check',
  alerts: 'alert channel',
  accessControl: 'access control provider',
  audit: 'audit log',
  observability: 'observability provider',
  operations: 'operation',
  collectors: 'metadata collector',
  migrations: 'migration',
  schemaFormats: 'schema format',
  schemaDependents: 'answer to what depends on columns',
}

/**
 * Imports the one module that contributes this name.
 *
 * @throws PhloError `CONTRIBUTION_NOT_FOUND` when no plugin does, `CONTRIBUTION_BROKEN` when its module cannot be imported, is no
 * such thing, or is written for another contract (both exit 3).
 */
export async function loadContribution<Kind extends ContributionKind>(
  list: ContributionList,
  kind: Kind,
  name: string,
): Promise<ContributionKinds[Kind]> {
  const found = list.contributions.find((contribution) => contribution.kind === kind && contribution.name === name)
  if (!found) throw notFound(list, kind, name)
  try {
    return await importContribution(found, kind)
  } catch (cause) {
    throw new PhloError(`The ${NOUNS[kind]} ${name} of plugin ${found.plugin} cannot be used: ${firstLine(cause)}`, {
      code: 'CONTRIBUTION_BROKEN',
      exit: ExitCode.unavailable,
      suggestions: [`phlo plugins update`, `phlo plugins uninstall ${found.plugin}`],
      cause,
    })
  }
}

/** Imports everything of one kind; what cannot be used becomes a warning that names the plugin. */
export async function loadContributions<Kind extends ContributionKind>(
  list: ContributionList,
  kind: Kind,
): Promise<{
  readonly found: readonly {readonly plugin: string; readonly value: ContributionKinds[Kind]}[]
  readonly warnings: readonly string[]
}> {
  const found: {plugin: string; value: ContributionKinds[Kind]}[] = []
  const warnings: string[] = []
  for (const contribution of list.contributions.filter((candidate) => candidate.kind === kind)) {
    try {
      found.push({plugin: contribution.plugin, value: await loadContribution(list, kind, contribution.name)})
    } catch (error) {
      warnings.push(messageOf(error))
    }
  }
  return {found, warnings}
}

/** The engines among what plugins contribute; none is imported before it is asked for. */
export function enginesOf(list: ContributionList): Engines {
  return {
    names: list.contributions.filter(({kind}) => kind === 'engines').map(({name}) => name),
    load: (name) => loadContribution(list, 'engines', name),
  }
}

/** Asks every package that keeps references to columns, one after the other; one that cannot be used is an error: its answer may matter. */
export function dependentsOf(list: ContributionList): NonNullable<OperationContext['dependents']> {
  const names = list.contributions.filter(({kind}) => kind === 'schemaDependents').map(({name}) => name)
  return async (table, columns) => {
    const answers: SchemaDependent[] = []
    for (const name of names) answers.push(...(await (await loadContribution(list, 'schemaDependents', name)).dependents(table, columns)))
    return answers
  }
}

async function importContribution<Kind extends ContributionKind>(contribution: Contribution, kind: Kind): Promise<ContributionKinds[Kind]> {
  const module: {readonly default?: unknown} = await import(pathToFileURL(join(contribution.root, contribution.path)).href)
  const value = module.default
  if (!isTagged(value) || value.$type !== CONTRIBUTION_TAGS[kind]) {
    throw new TypeError(`the default export of ${contribution.path} is not a ${CONTRIBUTION_TAGS[kind]}.`)
  }
  if (value.contract !== CONTRACT) throw new TypeError(`it is written for contract ${value.contract} and this Phlo speaks ${CONTRACT}.`)
  // The tag and the contract are the whole of the promise: everything else is the plugin's word.
  return value as unknown as ContributionKinds[Kind]
}

function isTagged(value: unknown): value is {readonly $type: unknown; readonly contract?: unknown} {
  return typeof value === 'object' && value !== null && '$type' in value
}

function notFound(list: ContributionList, kind: ContributionKind, name: string): PhloError {
  const names = list.contributions.filter((contribution) => contribution.kind === kind).map((contribution) => contribution.name)
  const known = names.length > 0 ? `there ${names.length === 1 ? 'is' : 'are'} ${names.sort().join(', ')}` : 'no plugin contributes any'
  const meant = nearest(name, names)
  const install = PACKAGES[`${kind}/${name}`]
  return new PhloError(`No plugin contributes the ${NOUNS[kind]} ${JSON.stringify(name)}: ${known}.`, {
    code: 'CONTRIBUTION_NOT_FOUND',
    exit: ExitCode.unavailable,
    suggestions: install ? [`phlo plugins install ${install}`] : meant ? [`Did you mean ${meant}?`] : ['phlo doctor'],
  })
}

/** Phlo's own packages by what they contribute, so that a missing one can be named. */
const PACKAGES: Readonly<Record<string, string>> = {
  'catalogs/sql': '@phlo/core-iceberg',
  'catalogs/rest': '@phlo/core-iceberg',
  'catalogs/file': '@phlo/core-iceberg',
  'catalogs/glue': '@phlo/catalog-glue',
  'catalogs/nessie': '@phlo/core-nessie',
  'catalogs/hive': '@phlo/catalog-hive',
  'fileIO/file': '@phlo/core-iceberg',
  'fileIO/s3': '@phlo/core-iceberg',
  'engines/duckdb': '@phlo/engine-duckdb',
  'engines/trino': '@phlo/engine-trino',
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? ''
}
