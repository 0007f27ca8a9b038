import type {Document, LineCounter, Pair} from 'yaml'
import type {PhloError} from '../errors.js'
import {usage} from '../errors-of-tables.js'
import type {Json} from '../json.js'
import {checkConfigKey} from './keys.js'

/** What one configuration file says: every value with its line, and the plugins' own sections as they are. */
export interface ConfigFile {
  readonly path: string
  readonly values: readonly {readonly key: string; readonly value: string; readonly line: number}[]
  readonly plugins: Readonly<Record<string, Json>>
}

/**
 * Reads the text of a `phlo.yaml`. A property may be written flat (`s3.endpoint: x`) or nested (`s3: {endpoint: x}`).
 *
 * @throws PhloError `INVALID_CONFIG` or `UNKNOWN_CONFIG_KEY` (exit 2), naming the file and the line.
 */
export async function parseConfigFile(path: string, text: string): Promise<ConfigFile> {
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(text, {lineCounter: lines, prettyErrors: false, intAsBigInt: true})
  const [problem] = document.errors
  if (problem) throw invalid(path, lines.linePos(problem.pos[0]).line, problem.message)
  const values: {key: string; value: string; line: number}[] = []
  for (const {keys, value, line} of leaves(yaml, document, path, lines)) {
    const key = keys.join('.')
    checkConfigKey(key, `${path}:${line}`)
    values.push({key, value, line})
  }
  return {path, values, plugins: pluginSections(yaml, document)}
}

/** The library, which is imported only when there is a file to read. */
type Yaml = typeof import('yaml')

interface Leaf {
  readonly keys: readonly string[]
  readonly value: string
  readonly line: number
}

function leaves({isMap, isScalar}: Yaml, document: Document, path: string, lines: LineCounter): Leaf[] {
  const found: Leaf[] = []
  const lineOf = (pair: Pair) => (isScalar(pair.key) && pair.key.range ? lines.linePos(pair.key.range[0]).line : 1)
  const visit = (node: unknown, keys: readonly string[]) => {
    if (!isMap(node)) throw invalid(path, 1, 'a map of keys and values is expected')
    for (const pair of node.items) {
      const below = [...keys, String(isScalar(pair.key) ? pair.key.value : pair.key)]
      if (below[0] === 'plugins') continue
      if (below.length === 2 && below[0] === 'catalogs' && below[1]?.includes('.')) {
        throw invalid(path, lineOf(pair), `the catalog name ${JSON.stringify(below[1])} must not have a dot`)
      }
      if (isMap(pair.value)) visit(pair.value, below)
      else if (isScalar(pair.value) && pair.value.value !== null)
        found.push({keys: below, value: String(pair.value.value), line: lineOf(pair)})
      else throw invalid(path, lineOf(pair), `${below.join('.')} has no single value`)
    }
  }
  const empty = document.contents === null || (isScalar(document.contents) && document.contents.value === null)
  if (!empty) visit(document.contents, [])
  return found
}

function pluginSections({isMap}: Yaml, document: Document): Readonly<Record<string, Json>> {
  const section = document.get('plugins')
  return isMap(section) ? (section.toJSON() as Record<string, Json>) : {}
}

function invalid(path: string, line: number, reason: string): PhloError {
  return usage('INVALID_CONFIG', `${path}:${line}: ${reason.replace(/\.$/, '')}.`)
}
