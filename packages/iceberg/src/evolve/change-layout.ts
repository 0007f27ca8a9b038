import type {SchemaChange} from '@phlo/core'
import {bindTerm, partitionFieldName} from '../spec/partition-spec.js'
import {fieldsById, isStruct} from '../spec/schema.js'
import {formatTerm, parseSortOrder} from '../spec/sort-order.js'
import type {PartitionField} from '../spec/table-metadata.js'
import {parseTermList} from '../spec/term-text.js'
import {formatTransform} from '../spec/transforms.js'
import {type Column, columnAt, columnsById, formatColumnPath} from './columns.js'
import type {Draft} from './draft.js'
import {impossible} from './impossible.js'

type Change<Kind extends SchemaChange['kind']> = Extract<SchemaChange, {kind: Kind}>

/** Properties that are no properties: catalogs and writers keep something else under these names (Java: `TableProperties.RESERVED_PROPERTIES`). */
const RESERVED = [
  'format-version',
  'uuid',
  'snapshot-count',
  'current-snapshot-id',
  'current-snapshot-summary',
  'current-snapshot-timestamp-ms',
  'current-schema',
  'default-partition-spec',
  'default-sort-order',
]

/** The columns that identify a row (spec, "Identifier Field IDs"): required, primitive, no floating point, in nothing but required structs. */
export function changeIdentifier(draft: Draft, {columns}: Change<'identifier'>): Draft {
  const ids = columns.map((path) => {
    const column = columnAt(draft.schema, path)
    const why = identifierProblem(column)
    if (why !== undefined) throw impossible(`Column ${formatColumnPath(path)} cannot identify rows: ${why}.`)
    return column.id
  })
  const {'identifier-field-ids': _, ...schema} = draft.schema
  return {...draft, schema: ids.length === 0 ? schema : {...schema, 'identifier-field-ids': [...new Set(ids)]}}
}

/** Why a column cannot be one of those that identify rows; undefined when it can. */
export function identifierProblem(column: Column): string | undefined {
  if (typeof column.type !== 'string') return 'it holds other columns'
  if (['float', 'double', 'variant'].includes(column.type)) return `it is a ${column.type}`
  if (!column.required) return 'it is optional'
  for (let at = column.parent; at; at = at.parent) {
    if (!isStruct(at.type)) return `it is in ${formatColumnPath(at.path)}, which is a list or a map`
    if (!at.required) return `it is in ${formatColumnPath(at.path)}, which is optional`
  }
  return undefined
}

/** Adds a partition field; one that there was before gets the id that it had (spec, "Partition Evolution"). */
export function addPartitionField(draft: Draft, {term, name: given}: Change<'partition-add'>): Draft {
  const [parsed, ...others] = parseTermList(term, 'INVALID_PARTITION_SPEC')
  if (!parsed || others.length > 0 || parsed.suffix !== '') {
    throw impossible(`${JSON.stringify(term)} is not one partition field: write region, month(ts) or bucket(16, id).`)
  }
  const {sourceId, transform} = bindTerm(parsed, draft.schema, 'INVALID_PARTITION_SPEC')
  assertOneValue(draft, sourceId)
  const text = formatTransform(transform)
  const same = draft.partitionFields.find((field) => field['source-id'] === sourceId && field.transform === text)
  if (same) throw impossible(`The table is partitioned by ${term} already: the field ${same.name}.`)
  const isTime = (other: string) => ['year', 'month', 'day', 'hour'].includes(other)
  const finer = draft.partitionFields.find((field) => field['source-id'] === sourceId && isTime(field.transform) && isTime(text))
  if (finer)
    throw impossible(`The table is partitioned by ${finer.transform} of that column already: drop ${finer.name} in the same change.`)
  const name = given ?? partitionFieldName(parsed.column, transform)
  assertPartitionName(draft, name, text === 'identity' ? sourceId : undefined)
  const before = draft.earlierSpecs
    .flatMap(({fields}) => fields)
    .find((field) => field['source-id'] === sourceId && field.transform === text && draft.formatVersion > 1)
  const id = before?.['field-id'] ?? draft.lastPartitionId + 1
  const field: PartitionField = {'source-id': sourceId, 'field-id': id, name, transform: text}
  return {...draft, partitionFields: [...draft.partitionFields, field], lastPartitionId: Math.max(draft.lastPartitionId, id)}
}

/** A row has one value of a partition field, which is of a column that is in nothing but structs (spec, "Partitioning"). */
function assertOneValue({schema}: Draft, sourceId: number): void {
  const column = columnsById(schema).get(sourceId)
  for (let at = column?.parent; at; at = at.parent) {
    if (isStruct(at.type)) continue
    throw impossible(
      `Column ${formatColumnPath(column?.path ?? [])} is in ${formatColumnPath(at.path)}, which is a list or a map, and has no one value for a row to be partitioned by.`,
    )
  }
}

/** Takes a partition field away; in version 1 it becomes `void`, since fields there are known by their place (spec, "Partition Evolution"). */
export function dropPartitionField(draft: Draft, {term}: Change<'partition-drop'>): Draft {
  const field = partitionFieldOf(draft, term)
  if (!field) {
    const there = draft.partitionFields.map((candidate) => formatTerm(draft.schema, candidate)).join(', ')
    throw impossible(`The table is not partitioned by ${term}: ${there === '' ? 'it has no partition fields' : `there is ${there}`}.`)
  }
  const others = draft.partitionFields.filter((candidate) => candidate !== field)
  if (draft.formatVersion > 1) return {...draft, partitionFields: others}
  const gone = {...field, transform: 'void', name: `${field.name}_${field['field-id']}`}
  return {...draft, partitionFields: draft.partitionFields.map((candidate) => (candidate === field ? gone : candidate))}
}

function partitionFieldOf(draft: Draft, text: string): PartitionField | undefined {
  const live = draft.partitionFields.filter(({transform}) => transform !== 'void')
  const byName = live.find(({name}) => name === text)
  if (byName) return byName
  const [term] = parseTermList(text, 'INVALID_PARTITION_SPEC')
  if (!term) return undefined
  const {sourceId, transform} = bindTerm(term, draft.schema, 'INVALID_PARTITION_SPEC')
  return live.find((field) => field['source-id'] === sourceId && field.transform === formatTransform(transform))
}

/** Partition fields have names of their own; only an identity may be called as its column is (Java: `PartitionSpec.Builder`). */
function assertPartitionName(draft: Draft, name: string, identityOf: number | undefined): void {
  if (draft.partitionFields.some((field) => field.name === name)) throw impossible(`There is a partition field ${name} already.`)
  const column = [...fieldsById(draft.schema).values()].find((field) => field.name === name)
  if (column && column.id !== identityOf) throw impossible(`A partition field cannot be called ${name}: there is a column of that name.`)
}

export function changeSortOrder(draft: Draft, {terms}: Change<'sort-order'>): Draft {
  return {...draft, sortFields: parseSortOrder(terms, draft.schema).fields}
}

export function changePropertiesOf(draft: Draft, {set, remove}: Change<'properties'>): Draft {
  const reserved = [...Object.keys(set), ...remove].find((key) => RESERVED.includes(key))
  if (reserved !== undefined) {
    const suggestion = reserved === 'format-version' ? ['phlo table upgrade <table>'] : []
    throw impossible(`${reserved} is no property that can be set: it belongs to the table's metadata.`, suggestion)
  }
  const kept = Object.fromEntries(Object.entries(draft.properties).filter(([key]) => !remove.includes(key)))
  return {...draft, properties: {...kept, ...set}}
}
