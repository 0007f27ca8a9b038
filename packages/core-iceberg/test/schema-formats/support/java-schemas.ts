import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import type {TableSchema} from '@phlo/core'
import {parseJson} from '@phlo/iceberg'
import {required} from '../../../../iceberg/test/support/required.js'

/** Iceberg's Java library in a process that stays: what it makes of a file of one of these languages. */
export function javaSchemas() {
  const child = spawn('java', ['-XX:TieredStopAtLevel=1', '-cp', required('PHLO_TEST_JAVA_CLASSPATH'), 'Schemas'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  return {
    async read(language: 'iceberg' | 'avro' | 'parquet', text: string): Promise<TableSchema> {
      child.stdin.write(`${language} ${Buffer.from(text).toString('base64')}\n`)
      const line = (await lines.next()).value as string | undefined
      if (line === undefined || line.startsWith('!')) throw new Error(`Iceberg’s library: ${line ?? 'it ended'}`)
      return parseJson(Buffer.from(line, 'base64').toString()) as TableSchema
    },
    async close() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}
