import {Flags} from '@oclif/core'
import {usage} from '@phlo/core'
import {outputFlag} from '@phlo/core/command'
import type {ScanFormat} from './write-rows.js'

/** How many rows a terminal is shown unless more are asked for. */
export const SHOWN = 20

/** What every command that shows rows can be told. */
export const rowFlags = {
  columns: Flags.string({summary: 'columns to read, separated by commas', helpValue: '<a,b>'}),
  where: Flags.string({summary: 'only rows that match', helpValue: '<predicate>'}),
  limit: Flags.integer({summary: `no more rows than this; default: ${SHOWN} on the terminal, all into a file`, min: 0, helpValue: '<n>'}),
  format: Flags.option({options: ['table', 'csv', 'jsonl', 'arrow'] as const})({
    summary: 'form of the rows; default: table, or that of the file’s name',
  }),
  output: outputFlag,
}

interface RowFlagValues {
  readonly columns?: string | undefined
  readonly where?: string | undefined
  readonly limit?: number | undefined
  readonly format?: Exclude<ScanFormat, 'json'> | undefined
  readonly output?: string | undefined
}

export interface WantedRows {
  /** For the library. */
  readonly options: {readonly columns?: readonly string[]; readonly where?: string; readonly limit?: number}
  readonly format: ScanFormat
  /** Whether there may be more rows than are shown, because nobody said how many. */
  readonly isCut: boolean
}

/** What the flags ask for. */
export function wantedRows(flags: RowFlagValues, json: boolean): WantedRows {
  const isCut = flags.output === undefined && flags.limit === undefined && (flags.format ?? 'table') === 'table'
  const limit = isCut ? SHOWN : flags.limit
  return {
    options: {
      ...(flags.columns !== undefined && {columns: columnList(flags.columns)}),
      ...(flags.where !== undefined && {where: flags.where}),
      ...(limit !== undefined && {limit}),
    },
    format: json && flags.output === undefined ? 'json' : (flags.format ?? formatOf(flags.output)),
    isCut,
  }
}

/** @throws PhloError `INVALID_COLUMNS` (exit 2) */
export function columnList(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.some((name) => name === ''))
    throw usage('INVALID_COLUMNS', `${JSON.stringify(text)} is not a list of columns separated by commas.`, ['id,amount'])
  return names
}

function formatOf(output: string | undefined): ScanFormat {
  if (output === undefined) return 'table'
  const ending = /\.(csv|jsonl|arrow)$/i.exec(output)?.[1]?.toLowerCase()
  if (ending === undefined)
    throw usage('INVALID_OUTPUT', `The form of ${output} is not known by its name.`, ['--format arrow', '--format csv', '--format jsonl'])
  return ending as ScanFormat
}
