import {ok} from 'node:assert/strict'
import type {ColumnPath, SchemaDocument, SchemaLoss, WrittenSchema} from '@phlo/core'
import {columnsOf} from './documents.js'

/** What may be lost, and how a loss has to speak of it so that a person knows what is meant. */
export const ASPECTS = {
  name: /\bname|\bcalled\b/i,
  nullability: /null|requir|optional/i,
  doc: /\bdoc|comment|description/i,
  default: /default/i,
  id: /\bids?\b|number/i,
  identifier: /identif|\bkey/i,
  partitioning: /partition/i,
  'sort order': /sort/i,
  properties: /propert/i,
  statistics: /statistic/i,
} as const

export type Told = (column: ColumnPath | undefined, about: RegExp) => boolean

const keyOf = (column: ColumnPath | undefined) => JSON.stringify(column ?? null)

/** Looks up whether a loss was told of a column, or of the table, in words that say what was lost. */
export function toldOf(losses: readonly SchemaLoss[]): Told {
  const byColumn = Map.groupBy(losses, ({column}) => keyOf(column))
  return (column, about) => byColumn.get(keyOf(column))?.some(({what}) => about.test(what)) ?? false
}

/** A loss of a type names it: `timestamp_ns became TIMESTAMP`. */
export const typeWord = (type: string) => new RegExp(`\\b${type}\\b`, 'i')

/** Makes sure that losses can be read by people, and are of columns that there are. */
export function checkLosses(losses: readonly SchemaLoss[], documents: readonly SchemaDocument[]): void {
  const known = new Set(documents.flatMap(({schema}) => columnsOf(schema).map(({path}) => keyOf(path))))
  for (const {column, what} of losses) {
    ok(column === undefined || known.has(keyOf(column)), `a loss is told of ${keyOf(column)}, which is no column: ${what}`)
    ok(what !== '' && !/[\n\r]|\.$/.test(what), `a loss is not one clause without a full stop: ${JSON.stringify(what)}`)
  }
}

/** Letters and digits alone, since a comment may be broken into lines, and has to escape what would end it. */
const bare = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')

/** The text of what was written. Bytes are taken one by one, in which words of ASCII can be found. */
export const textOf = (content: WrittenSchema['content']) =>
  typeof content === 'string' ? content : Buffer.from(content).toString('latin1')

/** Tells whether the content has this text somewhere, however it is broken or escaped. */
export function mentions(content: WrittenSchema['content']): (text: string) => boolean {
  const all = bare(textOf(content))
  return (text) => all.includes(bare(text))
}

/** Makes sure that whoever reads the content alone reads of each loss. */
export function checkComments({content, losses}: WrittenSchema): void {
  const isThere = mentions(content)
  for (const what of new Set(losses.map((loss) => loss.what))) ok(isThere(what), `no comment in the content says: ${what}`)
}
