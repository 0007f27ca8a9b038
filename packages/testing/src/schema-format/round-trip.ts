import {deepStrictEqual, ok, strictEqual} from 'node:assert/strict'
import type {ReadSchema, SchemaDocument, SchemaFormat, SchemaFormatOptions, SchemaLoss, SchemaType, WrittenSchema} from '@phlo/core'
import {differences, valueText} from './compare.js'
import {childrenOf, columnsOf, identifierOf} from './documents.js'
import type {UnderstoodColumn, UnderstoodTable} from './options.js'
import {ASPECTS, toldOf} from './told.js'

export const bytesOf = (content: WrittenSchema['content']) => (typeof content === 'string' ? Buffer.from(content) : content)

/** Reads what was written, and makes sure that nothing is another than it was unless a loss said so. */
export async function checkRoundTrip(
  {read}: SchemaFormat,
  options: SchemaFormatOptions,
  documents: readonly SchemaDocument[],
  {content, losses}: WrittenSchema,
): Promise<void> {
  if (!read) return
  const found = await read(bytesOf(content), 'orders.file', options)
  strictEqual(found.length, documents.length, 'another number of tables was read than written')
  for (const [index, document] of documents.entries()) {
    const table = found[index] as ReadSchema
    checkRead(table)
    deepStrictEqual([...differences(document, understood(table), losses), ...tableDifferences(document, table, losses)], [])
  }
}

/** Makes sure that what was read is a schema: columns, and ids of which each is there once, from 1 on where the file has none. */
export function checkRead({schema, hasIds}: ReadSchema): void {
  strictEqual(schema.type, 'struct')
  ok(schema.fields.length > 0, 'no column was read, and no error said so')
  const ids = columnsOf(schema).map(({id}) => id)
  strictEqual(new Set(ids).size, ids.length, `ids are there twice: ${ids.join(', ')}`)
  if (hasIds) return
  deepStrictEqual(
    ids.toSorted((left, right) => left - right),
    ids.map((_, index) => index + 1),
    'ids that are not of the file are counted from 1 on',
  )
}

/** What was read, as a tool would tell it. */
function understood({schema, hasIds, name, doc}: ReadSchema): UnderstoodTable {
  const columns = (type: SchemaType): readonly UnderstoodColumn[] =>
    childrenOf(type, []).map(({path, id, type: inner, ...rest}) => ({
      ...rest,
      name: path.at(-1) ?? '',
      type: typeof inner === 'string' ? inner : inner.type,
      children: columns(inner),
      ...(hasIds && {id}),
    }))
  return {columns: columns(schema), ...(name && {name}), doc: doc ?? null, identifier: identifierOf(schema)}
}

function tableDifferences(document: SchemaDocument, table: ReadSchema, losses: readonly SchemaLoss[]): readonly string[] {
  const told = toldOf(losses)
  const sortedProperties = (properties: Readonly<Record<string, string>>) => Object.entries(properties).sort()
  const aspects = [
    ['partitioning', document.partitioning, table.partitioning ?? []],
    ['sort order', document.sortOrder, table.sortOrder ?? []],
    ['properties', sortedProperties(document.properties), sortedProperties(table.properties ?? {})],
  ] as const
  return aspects.flatMap(([aspect, expected, actual]) => {
    const isSame = valueText(normal(expected)) === valueText(normal(actual)) || told(undefined, ASPECTS[aspect])
    return isSame ? [] : [`table: ${aspect} ${valueText(expected)} became ${valueText(actual)}, and no loss says so`]
  })
}

/** The same whichever key of an object comes first. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .map(([key, item]) => [key, normal(item)])
    .sort(([left], [right]) => (String(left) < String(right) ? -1 : 1))
}
