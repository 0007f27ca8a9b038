import {styleText} from 'node:util'
import type {SchemaCompatibility, SchemaDifference} from '@phlo/core'
import {type InferOptions, inferChanges} from '@phlo/iceberg'
import type {LayoutDifference} from '../schema/layout-differences.js'
import type {SchemaSide} from '../schema/sides.js'
import {differencesTable} from './evolve.js'
import {ddlOf} from './schema-ddl.js'

/** Two schemas side by side. */
export interface SchemaComparison {
  readonly left: string
  readonly right: string
  readonly identical: boolean
  readonly columns: readonly SchemaDifference[]
  /** Partitioning, sort order, description: what both sides tell of. */
  readonly table: readonly LayoutDifference[]
  readonly compatibility: SchemaCompatibility
}

const VERDICTS: {readonly [Verdict in SchemaCompatibility['verdict']]: string} = {
  full: 'full: what reads with either can read rows of both',
  backward: 'backward: what reads with the right one can read rows of the left one, and not the other way round',
  forward: 'forward: what reads with the left one can read rows of the right one, and not the other way round',
  none: 'none: neither can be read with the other one',
}

/** The differences for a terminal; what was added is green and what was dropped red where colours are shown. */
export function diffText(difference: SchemaComparison, isTerminal: boolean): string {
  const {left, right, identical, columns, table, compatibility} = difference
  if (identical) return `${left} and ${right} have the same schema.`
  const paint = (line: string) => {
    const [, change] = /^\S+\s+(added|dropped)\b/.exec(line) ?? []
    return change === undefined ? line : styleText(change === 'added' ? 'green' : 'red', line, {stream: process.stdout})
  }
  const lines = columns.length === 0 ? [] : differencesTable(columns).split('\n')
  return [
    ...(isTerminal ? lines.map(paint) : lines),
    ...table.map(({what, from, to}) => `${what}: ${from ?? 'none'} -> ${to ?? 'none'}`),
    '',
    `Compatibility: ${VERDICTS[compatibility.verdict]}`,
    ...compatibility.backward.map((reason) => `  backward: ${reason}`),
    ...compatibility.forward.map((reason) => `  forward: ${reason}`),
  ].join('\n')
}

const cell = (text: string | null) => (text === null ? '' : text.replaceAll('|', '\\|').replaceAll('\n', ' '))

/** The same as Markdown, for a comment on a change under review. */
export function diffMarkdown({left, right, identical, columns, table, compatibility}: SchemaComparison): string {
  if (identical) return `\`${left}\` and \`${right}\` have the same schema.`
  return [
    `Schema of \`${left}\` against \`${right}\`:`,
    '',
    '| column | change | from | to |',
    '| --- | --- | --- | --- |',
    ...columns.map(({column, change, from, to}) => `| ${cell(column)} | ${change} | ${cell(from)} | ${cell(to)} |`),
    ...table.map(({what, from, to}) => `| | ${what} | ${cell(from)} | ${cell(to)} |`),
    '',
    `Compatibility: **${compatibility.verdict}**${compatibility.backward.length + compatibility.forward.length === 0 ? '' : '\n'}`,
    ...compatibility.backward.map((reason) => `- not backward: ${reason}`),
    ...compatibility.forward.map((reason) => `- not forward: ${reason}`),
  ].join('\n')
}

/** The statements that make the left schema the right one. */
export function diffSql(left: SchemaSide, right: SchemaSide, options: InferOptions, dialect: 'spark' | 'trino'): string {
  const name = (left.document.name ?? right.document.name ?? ['table']).join('.')
  const changes = inferChanges(left.schema, right.schema, options)
  return changes.length === 0 ? '-- nothing to do' : ddlOf(name, changes, dialect)
}
