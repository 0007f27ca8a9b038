import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {parseJson} from '@phlo/iceberg'
import {required} from '../../../../iceberg/test/support/required.js'

const serve = join(import.meta.dirname, '..', '..', '..', '..', '..', 'scripts', 'oracles', 'schemas', 'serve.py')

/**
 * Tools in Python, in a process that stays: each is a module of `scripts/oracles/schemas`.
 *
 * @param variable names the Python whose packages they need
 */
export function pythonSchemas(variable: 'PHLO_TEST_PYSCHEMAS' | 'PHLO_TEST_DBT' = 'PHLO_TEST_PYSCHEMAS') {
  const child = spawn(required(variable), [serve], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {...process.env, PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1'},
  })
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  return {
    /** What the tool says of a file; the module says what that is. Rejects with what it prints when it does not take the file. */
    async read<Answer>(tool: string, content: string | Uint8Array, options: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
      child.stdin.write(`${JSON.stringify({...options, tool, content: Buffer.from(content).toString('base64')})}\n`)
      const {value = '{"error": "it ended"}'} = await lines.next()
      const {read, error} = parseJson(value) as {readonly read?: Answer; readonly error?: string}
      if (error !== undefined) throw new Error(`${tool}: ${error}`)
      return read as Answer
    },
    async close() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
