import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import type {UnderstoodTable} from '@phlo/testing'
import {required} from '../../../../iceberg/test/support/required.js'

/** The parsers of Spark and Trino in a process that stays: the tables that a file of statements creates. */
export function sqlParsers() {
  const child = spawn('java', ['-XX:TieredStopAtLevel=1', '-Dlog4j2.level=OFF', '-cp', required('PHLO_TEST_SQL_PARSERS'), 'SqlParsers'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  return {
    async read(dialect: 'spark' | 'trino', text: string): Promise<readonly UnderstoodTable[]> {
      child.stdin.write(`${dialect} ${Buffer.from(text).toString('base64')}\n`)
      const line = (await lines.next()).value as string | undefined
      if (line === undefined || line.startsWith('!')) throw new Error(`${dialect}: ${line ?? 'it ended'}`)
      return JSON.parse(Buffer.from(line, 'base64').toString()) as readonly UnderstoodTable[]
    },
    async close() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
