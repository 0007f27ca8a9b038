import type {SchemaDocument, SchemaSortTerm, SchemaTerm} from '@phlo/core'

/** Something of a table, besides its columns, that two sides tell otherwise. */
export interface LayoutDifference {
  readonly what: 'partitioning' | 'sort order' | 'doc' | `property ${string}`
  readonly from: string | null
  readonly to: string | null
}

/** `month(at)`, or the column alone for the identity, as `table create --partition-by` reads it. */
export function termText({column, transform}: SchemaTerm): string {
  const joined = column.join('.')
  const name = /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(joined) ? joined : `\`${joined.replaceAll('`', '``')}\``
  const [, kind, width] = /^(\w+)\[(\d+)\]$/.exec(transform) ?? []
  if (kind !== undefined) return `${kind}(${width}, ${name})`
  return transform === 'identity' ? name : `${transform}(${name})`
}

/** `at desc nulls last`. */
export const sortTermText = (term: SchemaSortTerm): string => `${termText(term)} ${term.direction} nulls ${term.nulls}`

/** What both sides tell of and differs: a file that says nothing of partitions does not say that there are none. */
export function layoutDifferences(left: Partial<SchemaDocument>, right: Partial<SchemaDocument>): readonly LayoutDifference[] {
  const differing = (what: LayoutDifference['what'], from: string | null | undefined, to: string | null | undefined) =>
    from === undefined || to === undefined || from === to ? [] : [{what, from: from === '' ? null : from, to: to === '' ? null : to}]
  return [
    ...differing('partitioning', left.partitioning?.map(termText).join(', '), right.partitioning?.map(termText).join(', ')),
    ...differing('sort order', left.sortOrder?.map(sortTermText).join(', '), right.sortOrder?.map(sortTermText).join(', ')),
    ...(left.doc === undefined && right.doc === undefined ? [] : differing('doc', left.doc ?? null, right.doc ?? null)),
  ]
}
