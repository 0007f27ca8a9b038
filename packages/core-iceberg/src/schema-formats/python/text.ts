import {stringifyJson} from '@phlo/iceberg'
import {baseType} from '@phlo/iceberg/schema'

/** A string of Python, which JSON's strings are, on one line of ASCII but for letters. */
export const pyString = (text: string) =>
  JSON.stringify(text).replaceAll(
    /[\u007f-\u00a0\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

export const pyBool = (value: boolean) => (value ? 'True' : 'False')

/** `# ` before each line. */
export const pyComment = (lines: readonly string[]) => lines.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n')

/** Words that cannot be names, and names that annotations of the files use. */
export const PYTHON_TAKEN: readonly string[] = [
  ...[
    'False',
    'None',
    'True',
    'and',
    'as',
    'assert',
    'async',
    'await',
    'break',
    'class',
    'continue',
    'def',
    'del',
    'elif',
    'else',
    'except',
  ],
  ...['finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try'],
  ...['while', 'with', 'yield', 'match', 'case', 'type', '_'],
  ...['bool', 'bytes', 'dict', 'float', 'int', 'list', 'str', 'object', 'super', '__debug__'],
  ...['dataclass', 'datetime', 'decimal', 'field', 'pa', 'pandas', 'pandera', 'polars', 'pydantic', 'typing', 'uuid', 'Annotated', 'Any'],
]

/**
 * A default value as an expression of Python, of the value that the column's type has there; undefined where Python has fewer digits of a second.
 */
export function pyValue(type: string, value: unknown): string | undefined {
  const text = String(value)
  switch (baseType(type)) {
    case 'boolean':
      return pyBool(value === true)
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return stringifyJson(value)
    case 'decimal':
      return `decimal.Decimal(${pyString(text)})`
    case 'date':
      return `datetime.date.fromisoformat(${pyString(text)})`
    case 'time':
      return `datetime.time.fromisoformat(${pyString(text)})`
    case 'timestamp':
    case 'timestamptz':
      return `datetime.datetime.fromisoformat(${pyString(text)})`
    case 'string':
      return pyString(text)
    case 'uuid':
      return `uuid.UUID(${pyString(text)})`
    case 'fixed':
    case 'binary':
      return `bytes.fromhex(${pyString(text)})`
    default:
      return undefined
  }
}
