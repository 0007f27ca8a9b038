import {usage} from '@phlo/core'
import {bindTerm} from './partition-spec.js'
import {fieldsById} from './schema.js'
import type {PartitionField, SortField, SortOrder} from './table-metadata.js'
import {parseTermList, type Term} from './term-text.js'
import {formatTransform} from './transforms.js'
import type {Schema} from './types.js'

const SUFFIX = /^(asc|desc)?(?: ?nulls (first|last))?$/

/** A term with its direction, as people write it: `ts desc nulls last`. */
export interface SortTerm extends Pick<Term, 'column' | 'transform'> {
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

/**
 * Reads `ts desc nulls last, bucket(4, id)`. Ascending is the default; nulls come first when ascending and last when descending unless it is
 * said otherwise, as in Iceberg's Java library.
 *
 * @throws PhloError `INVALID_SORT_ORDER`
 */
export function parseSortTerms(text: string): readonly SortTerm[] {
  return parseTermList(text, 'INVALID_SORT_ORDER').map(({column, transform, suffix}) => {
    const match = SUFFIX.exec(suffix)
    if (!match) {
      throw usage('INVALID_SORT_ORDER', `${JSON.stringify(suffix)} after ${column} is not asc or desc with nulls first or nulls last.`)
    }
    const direction = match[1] === 'desc' ? 'desc' : 'asc'
    return {column, transform, direction, nulls: (match[2] ?? (direction === 'asc' ? 'first' : 'last')) as 'first' | 'last'}
  })
}

/**
 * Reads a sort order as `parseSortTerms` does, against a schema. Order id 1; 0 when the text is empty (spec, "Sorting": 0 is the unsorted order).
 *
 * @throws PhloError `INVALID_SORT_ORDER`
 */
export function parseSortOrder(text: string, schema: Schema): SortOrder {
  const fields = parseSortTerms(text).map((term): SortField => {
    const {sourceId, transform} = bindTerm(term, schema, 'INVALID_SORT_ORDER')
    return {
      'source-id': sourceId,
      transform: formatTransform(transform),
      direction: term.direction,
      'null-order': term.nulls === 'first' ? 'nulls-first' : 'nulls-last',
    }
  })
  return {'order-id': fields.length === 0 ? 0 : 1, fields}
}

/** `ts desc nulls last`; columns by their names in the schema. */
export function formatSortField(schema: Schema, field: SortField): string {
  return `${formatTerm(schema, field)} ${field.direction} ${field['null-order'].replace('-', ' ')}`
}

/** `bucket[16](id)`, or the column alone for the identity. A column that the schema has no more goes by its field's name, else by its id. */
export function formatTerm(
  schema: Schema,
  {transform, 'source-id': sourceId, name}: Pick<PartitionField, 'transform' | 'source-id'> & {name?: string},
): string {
  const source = fieldsById(schema).get(sourceId)?.name ?? name ?? `#${sourceId}`
  return transform === 'identity' ? source : `${transform}(${source})`
}
