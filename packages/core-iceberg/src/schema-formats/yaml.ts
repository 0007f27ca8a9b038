import {notReadable, parsed, textOf} from './unreadable.js'

type Yaml = typeof import('yaml')

/**
 * What the documents of a file of YAML say, those that are empty left out. Whole numbers are bigints.
 *
 * @throws PhloError `SCHEMA_NOT_READABLE` with what is wrong and where; a key that is there twice is named with its line
 */
export function yamlValues({parseAllDocuments}: Yaml, content: Uint8Array, source: string): readonly unknown[] {
  const text = textOf(content, source)
  const documents = parsed(source, 'YAML', () => [...parseAllDocuments(text, {intAsBigInt: true, logLevel: 'error'})])
  const problem = documents.flatMap(({errors}) => errors)[0]
  if (problem) throw notReadable(source, `it is not YAML (${problem.message.split('\n', 1)[0]?.replace(/:$/, '')})`, problem)
  return parsed(source, 'YAML', () => documents.map((document) => document.toJS() as unknown)).filter((value) => value !== null)
}

/**
 * A value as YAML that every reader takes for the same: those of version 1.1 have more words that are no texts than `yaml` itself, more ends of
 * lines, and refuse some characters that are not escaped. Texts are not broken into lines, which would fold them.
 *
 * @param comments are the lines at its head
 */
export function yamlText({Document, visit}: Yaml, value: unknown, comments: readonly string[] = []): string {
  const document = new Document(value, {compat: 'yaml-1.1', aliasDuplicateObjects: false})
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && isDelicate(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  const text = comments.map((line) => `# ${line}\n`).join('') + document.toString({lineWidth: 0})
  return text.replaceAll(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Characters that only stand in double quotes, and there escaped. */
const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g
const isDelicate = (text: string) =>
  /^(?:=|<<)$|[\t\r]|[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/.test(text) || (text.includes('\n') && /^\s|\s$/.test(text))

/** A value of Iceberg's JSON for a file of YAML. Numbers whose digits a reader would change are texts. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return /^-?\d+(?:\.\d+)?$/.test(String(value)) ? value : String(value)
  return typeof value === 'object' && value !== null && 'rawJSON' in value ? String(value.rawJSON) : value
}
