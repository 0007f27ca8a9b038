import {styleText} from 'node:util'
import stringWidth from 'string-width'

/** A column of a plain table: its header, and what of a row it shows. Numbers are shown as they are and aligned to the right. */
export interface Column<Row> {
  readonly header: string
  readonly value: (row: Row) => string | number | bigint | boolean | null | undefined
  /** Default: `right` when every value of the column is a number or looks like one (`1,234`, `1.5 MiB`), else `left`. */
  readonly align?: 'left' | 'right'
}

/** How wide a terminal is and whether it shows bold; off a terminal lines are as long as they need to be. */
export interface TableStyle {
  /** Columns of the terminal; undefined when the output is not one. */
  readonly width?: number | undefined
  readonly bold?: boolean
}

const GAP = '  '
const FIGURE = /^-?[\d,]+(?:\.\d+)?(?: ?(?:%|B|[KMGT]iB|ms|s|m|h|d))*(?: \d+ ?(?:ms|s|m|h))?$/

/** The style for standard output as it is now: widths and bold only on a terminal that is not told otherwise (NO_COLOR, TERM=dumb). */
export function stdoutStyle(): TableStyle {
  const {isTTY, columns} = process.stdout
  return isTTY ? {width: columns, bold: true} : {}
}

/** A table without borders, a line a row. Lines longer than the terminal are cut with `…`; there is no line of trailing spaces. */
export function formatTable<Row>(rows: Iterable<Row>, columns: readonly Column<Row>[], style: TableStyle = stdoutStyle()): string {
  const cells = [...rows].map((row) => columns.map((column) => oneLine(column.value(row))))
  // There may be more rows than a call may have arguments.
  const widths = columns.map(({header}, index) => cells.reduce((most, row) => Math.max(most, widthOf(row[index]!)), widthOf(header)))
  const rightAligned = columns.map(
    ({align}, index) =>
      (align ?? (cells.length > 0 && cells.every((row) => row[index] === '' || FIGURE.test(row[index]!)) ? 'right' : 'left')) === 'right',
  )
  const line = (texts: readonly string[]) => {
    const padded = texts.map((text, index) => {
      const space = ' '.repeat(widths[index]! - widthOf(text))
      return rightAligned[index] ? space + text : text + space
    })
    return cut(padded.join(GAP).trimEnd(), style.width)
  }
  const header = line(columns.map((column) => column.header))
  return [style.bold ? bold(header) : header, ...cells.map(line)].join('\n')
}

/** Labels and values below each other, the values aligned; an undefined value leaves its line out. */
export function formatKeyValues(pairs: Readonly<Record<string, string | number | bigint | boolean | null | undefined>>): string {
  const shown = Object.entries(pairs).filter(([, value]) => value !== undefined)
  const width = Math.max(0, ...shown.map(([key]) => stringWidth(key)))
  return shown.map(([key, value]) => `${key}${' '.repeat(width - stringWidth(key))}${GAP}${oneLine(value)}`.trimEnd()).join('\n')
}

function oneLine(value: string | number | bigint | boolean | null | undefined): string {
  if (value === null || value === undefined) return ''
  // A line break in a value must not look like another row, nor a control character move the cursor.
  return String(value).replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
}

/** Columns of a text. Most texts are plain, and looking for anything else in each cell of a long table takes longer than all the rest. */
const widthOf = (text: string) => (/^[ -~]*$/.test(text) ? text.length : stringWidth(text))

function cut(line: string, width: number | undefined): string {
  if (width === undefined || widthOf(line) <= width) return line
  let shown = ''
  let used = 0
  for (const {segment} of new Intl.Segmenter().segment(line)) {
    used += stringWidth(segment)
    if (used > width - 1) break
    shown += segment
  }
  return `${shown}…`
}

function bold(text: string): string {
  return styleText('bold', text, {stream: process.stdout})
}
