import {isDeepStrictEqual} from 'node:util'
import type {TableMetadata} from '../spec/table-metadata.js'
import {columnsOf} from './columns.js'

/**
 * The highest column id that two states of one table both had before they went different ways, as branches of a catalog do: what each added
 * since then may have the same id and be another column. It is that of the schemas which both still have. Undefined where every id
 * means the same, in one state and where no schema tells, or nothing, in two tables.
 */
export function sharedIds(left: TableMetadata, right: TableMetadata): number | undefined {
  if (left === right || left['table-uuid'] !== right['table-uuid']) return undefined
  const others = new Map(right.schemas.map((schema) => [schema['schema-id'], schema]))
  const both = left.schemas.filter((schema) => isDeepStrictEqual(others.get(schema['schema-id']), schema))
  return both.length === 0 ? undefined : Math.max(0, ...both.flatMap(columnsOf).map(({id}) => id))
}
