import {usage} from '@phlo/core'
import {humanValue} from './human-value.js'
import {fieldLookup, fieldsById, findField} from './schema.js'
import type {PartitionField, PartitionSpec} from './table-metadata.js'
import {parseTermList, type Term} from './term-text.js'
import {bindTransform, canTransform, formatTransform, parseTransform, resultType, type Transform} from './transforms.js'
import type {PrimitiveType, Schema, Value} from './types.js'

/** A field of a partition tuple with what is known of its source. */
export interface BoundPartitionField {
  readonly id: number
  readonly name: string
  readonly sourceId: number
  readonly transform: Transform
  /** `unknown` when the source column is in none of the schemas any more. */
  readonly sourceType: PrimitiveType
  /** The type of the partition value; `unknown` as above. */
  readonly type: PrimitiveType
}

/**
 * The fields of a spec's partition tuple, in order, with their types. The source columns are looked for in the schemas one after
 * the other: a spec may name a column that the current schema has no more.
 */
export function partitionFields(spec: PartitionSpec, schemas: readonly Schema[]): readonly BoundPartitionField[] {
  const fieldOf = fieldLookup(schemas, fieldsById)
  return spec.fields.map((field) => {
    const sourceId = field['source-id'] ?? field['source-ids']?.[0] ?? -1
    const source = fieldOf(sourceId)?.type
    const sourceType = typeof source === 'string' ? source : 'unknown'
    const transform = parseTransform(field.transform)
    const type =
      sourceType === 'unknown' && ['identity', 'truncate', 'void'].includes(transform.kind) ? 'unknown' : resultType(transform, sourceType)
    return {id: field['field-id'], name: field.name, sourceId, transform, sourceType, type}
  })
}

/** The schemas of a table, the current one first: the order in which `partitionFields` looks for a column. */
export function schemasCurrentFirst(metadata: {
  readonly schemas: readonly Schema[]
  readonly 'current-schema-id': number
}): readonly Schema[] {
  const isCurrent = (schema: Schema) => schema['schema-id'] === metadata['current-schema-id']
  return [...metadata.schemas.filter(isCurrent), ...metadata.schemas.filter((schema) => !isCurrent(schema)).reverse()]
}

/** A function that makes the partition tuple of a row; `valueOf` gives the row's value of a source column. */
export function partitioner(fields: readonly BoundPartitionField[]): (valueOf: (sourceId: number) => Value) => readonly Value[] {
  const transforms = fields.map((field) => bindTransform(field.transform, field.sourceType))
  return (valueOf) => fields.map((field, index) => transforms[index]?.(valueOf(field.sourceId)) ?? null)
}

/** `ts_month=2024-01/name=a%2Fb`: the folders of a partition, escaped as Java's URLEncoder does. Empty when unpartitioned. */
export function partitionPath(fields: readonly BoundPartitionField[], partition: readonly Value[]): string {
  return fields
    .map((field, index) => `${urlEncode(field.name)}=${urlEncode(humanValue(field.transform, field.type, partition[index] ?? null))}`)
    .join('/')
}

function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/**
 * Reads `month(ts), bucket(16, id), truncate(4, name), region` against a schema. Fields get ids from 1000 on and the names that
 * Iceberg's Java library gives them: `ts_month`, `id_bucket`, `name_trunc`, `region`.
 *
 * @throws PhloError `INVALID_PARTITION_SPEC` naming the part that does not parse, or a column or transform that does not fit
 */
export function parsePartitionSpec(text: string, schema: Schema): PartitionSpec {
  const fields: PartitionField[] = []
  for (const term of parseTermList(text, 'INVALID_PARTITION_SPEC')) {
    const {sourceId, transform} = bindTerm(term, schema, 'INVALID_PARTITION_SPEC')
    const name = partitionFieldName(term.column, transform)
    if (fields.some((field) => field.name === name)) {
      throw usage('INVALID_PARTITION_SPEC', `${JSON.stringify(text)} has two partition fields that would be named ${name}.`)
    }
    fields.push({'source-id': sourceId, 'field-id': 1000 + fields.length, name, transform: formatTransform(transform)})
  }
  return {'spec-id': 0, fields}
}

/** The name that Iceberg's Java library gives a partition field: `ts_month`, `id_bucket`, `name_trunc`, `region`. */
export const partitionFieldName = (column: string, transform: Transform): string =>
  `${column.replaceAll('.', '_')}${SUFFIXES[transform.kind] ?? ''}`

const SUFFIXES: Readonly<Record<string, string>> = {
  bucket: '_bucket',
  truncate: '_trunc',
  year: '_year',
  month: '_month',
  day: '_day',
  hour: '_hour',
  void: '_null',
}

/** The column and the transform of a term, checked against the schema. */
export function bindTerm(
  term: Pick<Term, 'column' | 'transform'>,
  schema: Schema,
  code: string,
): {readonly sourceId: number; readonly transform: Transform} {
  const field = findField(schema, term.column)
  if (!field) throw usage(code, `There is no column ${term.column} in the schema.`)
  if (typeof field.type !== 'string') throw usage(code, `Column ${term.column} is not of a primitive type.`)
  const transform = parseTransform(term.transform)
  if (!canTransform(transform, field.type)) {
    throw usage(code, `Transform ${term.transform} cannot be applied to column ${term.column}, which is a ${field.type}.`)
  }
  return {sourceId: field.id, transform}
}
