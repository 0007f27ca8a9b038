import type {UnderstoodColumn} from '@phlo/testing'

/** Columns with the numbers that Iceberg's JSON has, of which a file of YAML has the digits as text. */
export const withDigits = (columns: readonly UnderstoodColumn[]): readonly UnderstoodColumn[] =>
  columns.map((column) => ({
    ...column,
    ...(column.type === 'long' && {initialDefault: digits(column.initialDefault), writeDefault: digits(column.writeDefault)}),
    ...(column.children && {children: withDigits(column.children)}),
  }))

const digits = (value: unknown) => (typeof value === 'string' ? BigInt(value) : value)
