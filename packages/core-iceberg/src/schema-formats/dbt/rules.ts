import {type Fields, isMap, type Part} from '../yaml-part.js'

/** What data tests and constraints of a column or a table say of its columns. */
export interface Rules {
  readonly isRequired: boolean
  readonly isKey: boolean
  /** Of a model, the columns of its primary key. */
  readonly key: readonly string[]
  /** Data tests that say something else than that a column is never null. */
  readonly hasOtherTests: boolean
  /** Constraints that no table has. */
  readonly leftOut: readonly string[]
}

export function rulesOf(part: Part): Rules {
  const tests = [...part.list('data_tests'), ...part.list('tests')]
  const constraints = part.list('constraints').filter(isMap)
  const types = constraints.map(({type}) => String(type))
  const key = constraints.find(({type}) => type === 'primary_key')
  const columns = Array.isArray(key?.['columns']) ? key['columns'].filter((name) => typeof name === 'string') : []
  return {
    isRequired: tests.some(isNotNull) || types.includes('not_null') || types.includes('primary_key'),
    isKey: key !== undefined,
    key: columns,
    hasOtherTests: tests.some((test) => !isNotNull(test)),
    leftOut: types
      .filter((type) => type !== 'not_null' && type !== 'primary_key')
      .map((type) => `${article(type)} ${type} constraint is left out`),
  }
}

const article = (word: string) => (/^[aeio]/.test(word) ? 'an' : 'a')

/** Of all rows, and not with a warning alone. */
function isNotNull(test: unknown): boolean {
  if (test === 'not_null') return true
  if (!isMap(test)) return false
  const options = Object.hasOwn(test, 'not_null') ? (test['not_null'] ?? {}) : test['test_name'] === 'not_null' ? test : undefined
  if (!isMap(options)) return false
  const config: Fields = {...options, ...(isMap(options['config']) && options['config'])}
  return config['where'] === undefined && config['severity'] !== 'warn' && config['enabled'] !== false
}
