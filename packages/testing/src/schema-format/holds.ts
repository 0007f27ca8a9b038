import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict'
import {isPhloError, type PhloError, type SchemaDocument, type WrittenSchema} from '@phlo/core'
import {differences} from './compare.js'
import {columnsOf} from './documents.js'
import type {SchemaFormatUnderTest, UnderstoodColumn} from './options.js'
import {checkRoundTrip} from './round-trip.js'
import {checkComments, checkLosses, mentions} from './told.js'

/** Writes tables in the variant that is tried. */
export async function write({format, variant}: SchemaFormatUnderTest, documents: readonly SchemaDocument[]): Promise<WrittenSchema> {
  const written = await format.write?.(documents, optionsOf(variant))
  ok(written, `${format.name} has no write`)
  return written
}

const optionsOf = (variant: string | undefined) => (variant === undefined ? {} : {variant})

/** Makes sure that everything that is promised of these tables, written into one file, holds. */
export async function holds(under: SchemaFormatUnderTest, documents: readonly SchemaDocument[]): Promise<WrittenSchema> {
  const {format, judge, hasComments = false} = under
  const written = await write(under, documents)
  checkLosses(written.losses, documents)
  if (hasComments) checkComments(written)
  ok(judge, 'a format that writes needs a judge')
  const tables = await judge(written.content, documents)
  strictEqual(tables.length, documents.length, 'the tool found another number of tables than there are')
  for (const [index, document] of documents.entries()) {
    const table = tables[index]
    deepStrictEqual(table && differences(document, table, written.losses), [])
    if (!format.read && !table?.columns.some(tellsDocs)) checkDocs(document, written)
  }
  await checkRoundTrip(format, optionsOf(under.variant), documents, written)
  return written
}

const tellsDocs = ({doc, children = []}: UnderstoodColumn): boolean => doc !== undefined || children.some(tellsDocs)

/** Where nobody else tells docs they are in the text. */
function checkDocs({schema}: SchemaDocument, {content, losses}: WrittenSchema): void {
  const isThere = mentions(content)
  const told = new Set(losses.map(({column}) => JSON.stringify(column)))
  for (const {doc, path} of columnsOf(schema)) {
    ok(doc === null || isThere(doc) || told.has(JSON.stringify(path)), `the doc of ${path.join('.')} is neither written nor told as a loss`)
  }
}

/** Makes sure that a format that cannot say something at all names the column that it is about. */
export function checkRefusal(error: unknown, documents: readonly SchemaDocument[]): asserts error is PhloError {
  ok(isPhloError(error), `expected SCHEMA_NOT_WRITABLE, got ${error instanceof Error ? error.stack : String(error)}`)
  strictEqual(error.code, 'SCHEMA_NOT_WRITABLE', error.message)
  strictEqual(error.exit, 2)
  const names = documents.flatMap(({schema}) => columnsOf(schema).map(({path}) => path.at(-1) ?? ''))
  ok(
    names.some((name) => error.message.includes(name)),
    `the error names no column: ${error.message}`,
  )
}
