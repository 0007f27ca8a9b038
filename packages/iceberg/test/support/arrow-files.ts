import {execFileSync} from 'node:child_process'
import {join} from 'node:path'
import {parseType, type Schema} from '@phlo/iceberg'
import {required} from './required.js'

/** Has PyArrow write files; see arrow_files.py. */
export function writeArrowFiles(...args: readonly string[]): void {
  execFileSync(required('PHLO_TEST_PYICEBERG'), [join(import.meta.dirname, 'arrow_files.py'), ...args])
}

/** The columns of the files that `stored` writes, and their types. */
export const STORED_TYPES = {
  id: 'long',
  small: 'int',
  flag: 'boolean',
  ratio: 'float',
  amount: 'double',
  text: 'string',
  hash: 'fixed[4]',
  at: 'timestamp',
  tags: 'list<string>',
}

/** The same as a schema. */
export const storedSchema: Schema = {
  type: 'struct',
  'schema-id': 0,
  fields: Object.entries(STORED_TYPES).map(([name, type], index) => ({id: index + 1, name, type: parseType(type), required: false})),
}
