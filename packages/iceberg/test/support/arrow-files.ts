import {execFileSync} from 'node:child_process'
import {join} from 'node:path'

/** Has PyArrow write files; see arrow_files.py. */
export function writeArrowFiles(...args: readonly string[]): void {
  const python = process.env['PHLO_TEST_PYICEBERG']
  if (python === undefined) throw new Error('PHLO_TEST_PYICEBERG is not set: run this suite through npm test, which brings PyArrow')
  execFileSync(python, [join(import.meta.dirname, 'arrow_files.py'), ...args])
}
