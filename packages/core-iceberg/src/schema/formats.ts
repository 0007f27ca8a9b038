import {readFile} from 'node:fs/promises'
import {basename} from 'node:path'
import {
  type ContributionList,
  hasCode,
  loadContribution,
  loadContributions,
  messageOf,
  nearest,
  type SchemaFormat,
  unavailable,
  usage,
} from '@phlo/core'

/** How formats and their variants are chosen. */
export interface FormatChoice {
  readonly format?: string | undefined
  readonly dialect?: string | undefined
  readonly library?: string | undefined
}

export interface ChosenFormat {
  readonly format: SchemaFormat
  readonly variant?: string
}

/**
 * The format of this name, and the variant that a flag chose. The name of a variant that one format alone has stands for both: `pandera`.
 *
 * @throws PhloError `CONTRIBUTION_NOT_FOUND` (exit 3), `INVALID_OPTION` (exit 2)
 */
export async function chooseFormat(contributions: ContributionList, name: string, choice: FormatChoice): Promise<ChosenFormat> {
  try {
    const format = await loadContribution(contributions, 'schemaFormats', name)
    return {format, ...variantOf(format, choice)}
  } catch (error) {
    if (!hasCode(error, 'CONTRIBUTION_NOT_FOUND')) throw error
    const {found} = await loadContributions(contributions, 'schemaFormats')
    const [format, ...others] = found.map(({value}) => value).filter(({variants}) => variants?.names.includes(name))
    if (!format?.variants) throw error
    const {flag} = format.variants
    const other = choice[flag] ?? name
    if (other !== name) throw usage('INVALID_OPTION', `--format ${name} is the ${flag} ${name}, and --${flag} ${other} another.`)
    if (others.length === 0) return {format, ...variantOf(format, {...choice, [flag]: name})}
    const all = [format, ...others]
    throw usage(
      'INVALID_OPTION',
      `${name} is no format, but a ${flag} of several: ${all.map((one) => one.name).join(', ')}.`,
      all.map((one) => `--format ${one.name} --${flag} ${name}`),
    )
  }
}

function variantOf({name, variants}: SchemaFormat, choice: FormatChoice): {readonly variant?: string} {
  for (const flag of ['dialect', 'library'] as const) {
    const value = choice[flag]
    if (value === undefined) continue
    if (variants?.flag !== flag) throw usage('INVALID_OPTION', `The format ${name} has no --${flag}.`)
    if (!variants.names.includes(value)) {
      const meant = nearest(value, variants.names)
      throw usage(
        'INVALID_OPTION',
        `The format ${name} has no ${flag} ${JSON.stringify(value)}: there is ${variants.names.join(', ')}.`,
        meant ? [`--${flag} ${meant}`] : [],
      )
    }
    return {variant: value}
  }
  return variants ? {variant: variants.default} : {}
}

/**
 * The formats that a file's name may be of, of those that can be read, likeliest first. The longest ending counts: `.schema.json` says more
 * than `.json`.
 */
export async function formatsOfFile(contributions: ContributionList, path: string): Promise<readonly SchemaFormat[]> {
  const {found} = await loadContributions(contributions, 'schemaFormats')
  // With the slash before it: what begins with one is a whole name.
  const name = `/${basename(path).toLowerCase()}`
  const endings = found
    .map(({value}) => value)
    .filter(({read}) => read !== undefined)
    .flatMap((format) => format.extensions.map((extension, index) => ({format, extension, index})))
    .filter(({extension}) => name.endsWith(extension))
    .sort((a, b) => b.extension.length - a.extension.length || a.index - b.index)
  return [...new Set(endings.map(({format}) => format))]
}

/** @throws PhloError `SCHEMA_NOT_READ` (exit 3) */
export async function readSchemaFile(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw unavailable('SCHEMA_NOT_READ', `The schema ${path} cannot be read: ${messageOf(cause)}.`, {cause})
  })
}
