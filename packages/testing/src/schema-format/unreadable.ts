import {ok, rejects, strictEqual} from 'node:assert/strict'
import {isPhloError, type SchemaFormat, type SchemaFormatOptions} from '@phlo/core'
import fc from 'fast-check'
import type {ContractCase} from '../contribution-cases.js'
import type {ForeignLanguage, SchemaFormatUnderTest} from './options.js'
import {bytesOf, checkRead} from './round-trip.js'
import {manyColumns} from './samples.js'

const FOREIGN: Readonly<Record<ForeignLanguage, string>> = {
  avro: '{"type": "record", "name": "orders", "fields": [{"name": "id", "type": "long"}]}',
  csv: 'id,name\n1,Ada\n2,Grace\n',
  graphql: 'type Orders {\n  id: ID!\n}\n',
  html: '<!doctype html>\n<html><head><title>Not found</title></head><body><p>404</p></body></html>\n',
  iceberg: '{"type": "struct", "fields": [{"id": 1, "name": "id", "required": true, "type": "long"}]}',
  json: '{"error": {"code": 404, "message": "not found"}}',
  parquet: 'PAR1\u0015\u0004\u0015PAR1',
  protobuf: 'syntax = "proto3";\n\nmessage Orders {\n  int64 id = 1;\n}\n',
  python: 'import os\n\n\nclass Orders:\n    id: int\n',
  sql: 'CREATE TABLE orders (\n  id bigint NOT NULL\n);\n',
  typescript: 'export interface Orders {\n  readonly id: bigint\n}\n',
  yaml: 'version: 2\nthings:\n  - name: orders\n    rows: [1, 2]\n',
}

const SOURCE = 'from/somewhere.else'

/** What becomes of files that are not what their names say. */
export function unreadableCases({format, variant, alsoReads = [], runs = 100}: SchemaFormatUnderTest): readonly ContractCase[] {
  const {read, name, write} = format
  if (!read) return []
  const options = variant === undefined ? {} : {variant}
  const refuses = (content: Uint8Array) => rejects(read(content, SOURCE, options), isUnreadable)
  const own: readonly string[] = [name, ...alsoReads]
  const foreign = Object.entries(FOREIGN).filter(([language]) => !own.includes(language))
  return [
    {name: 'refuses an empty file', run: () => refuses(new Uint8Array())},
    {name: 'refuses a file of blanks', run: () => refuses(Buffer.from(' \n\t\r\n'))},
    {name: 'refuses bytes that are no text', run: () => refuses(Uint8Array.from({length: 999}, (_, index) => (index * 167 + 129) % 256))},
    ...foreign.map(([language, text]) => ({name: `refuses a file of ${language}`, run: () => refuses(Buffer.from(text))})),
    ...(write ? [{name: 'takes a damaged file for a schema or refuses it', run: () => takesOrRefuses(format, options, runs)}] : []),
  ]
}

function isUnreadable(error: unknown): boolean {
  ok(isPhloError(error), `expected SCHEMA_NOT_READABLE, got ${error instanceof Error ? error.stack : String(error)}`)
  strictEqual(error.code, 'SCHEMA_NOT_READABLE', error.message)
  strictEqual(error.exit, 2)
  ok(error.message.includes(SOURCE), `the error does not name the file: ${error.message}`)
  return true
}

/** Cuts, changes and repeats pieces of a file: it reads as a schema, or is refused, and nothing else. */
async function takesOrRefuses({write, read}: SchemaFormat, options: SchemaFormatOptions, runs: number): Promise<void> {
  const content = bytesOf((await write?.([manyColumns(6)], options))?.content ?? '')
  const place = fc.nat(content.length)
  const damage = fc.tuple(
    place,
    place,
    fc.oneof(fc.uint8Array({maxLength: 4}), fc.constantFrom('"', '}', '(', '\n', '9', '-', '*/').map(bytesOf)),
  )
  await fc.assert(
    fc.asyncProperty(damage, async ([one, other, put]) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)]
      const damaged = Buffer.concat([content.subarray(0, from), put, content.subarray(to)])
      const found = await read?.(damaged, SOURCE, options).catch((error) => void isUnreadable(error))
      for (const table of found ?? []) checkRead(table)
    }),
    {numRuns: runs, endOnFailure: true},
  )
}
