import type {SchemaDocument, SchemaLoss} from '@phlo/core'

/** What belongs to a table and not to one of its columns. */
export type TableAspect = 'doc' | 'identifier' | 'partitioning' | 'sortOrder' | 'properties' | 'statistics'

const WORDS: Readonly<Record<TableAspect, string>> = {
  doc: 'the doc of the table',
  identifier: 'identifier fields',
  partitioning: 'partitioning',
  sortOrder: 'the sort order',
  properties: 'table properties',
  statistics: 'statistics',
}

/** A loss for everything of the table that a language has no place for, as far as the table has it. */
export function tableLosses(document: SchemaDocument, language: string, carried: readonly TableAspect[]): readonly SchemaLoss[] {
  const has: Readonly<Record<TableAspect, boolean>> = {
    doc: document.doc !== undefined,
    identifier: (document.schema['identifier-field-ids'] ?? []).length > 0,
    partitioning: document.partitioning.length > 0,
    sortOrder: document.sortOrder.length > 0,
    properties: Object.keys(document.properties).length > 0,
    statistics: document.statistics !== undefined,
  }
  return (Object.keys(WORDS) as readonly TableAspect[])
    .filter((aspect) => has[aspect] && !carried.includes(aspect))
    .map((aspect) => ({what: `${language} has no place for ${WORDS[aspect]}`}))
}
