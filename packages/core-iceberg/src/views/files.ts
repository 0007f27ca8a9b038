import {formatBytes} from '@phlo/core'
import {type Column, formatTable} from '@phlo/core/command'
import type {FileRow} from '@phlo/iceberg'

/** Files that are laid out together; their columns are as wide as those before, or wider. */
export const PAGE = 1000

const COLUMNS: readonly (Column<FileRow> & {readonly align: 'left' | 'right'})[] = [
  {header: 'content', value: ({content}) => content, align: 'left'},
  {header: 'partition', value: ({partition}) => partition, align: 'left'},
  {header: 'rows', value: ({records}) => records, align: 'right'},
  {header: 'size', value: ({size}) => formatBytes(size), align: 'right'},
  {header: 'sequence', value: ({sequenceNumber}) => sequenceNumber, align: 'right'},
  {header: 'file', value: ({path}) => path, align: 'left'},
]

/** Lays files out as a table page by page, so that there may be any number of them; the first page has the header. */
export function filesTable(): (page: readonly FileRow[]) => string {
  const widths = COLUMNS.map(() => 0)
  let isFirst = true
  return (page) => {
    const cells = page.map((row) => COLUMNS.map(({value}) => String(value(row))))
    for (const [index] of COLUMNS.entries())
      widths[index] = cells.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), widths[index] ?? 0)
    const columns = COLUMNS.map(({header, align}, index) => {
      const pad = (text: string) => (align === 'right' ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0))
      // Nothing is behind the last column that would have to be aligned.
      return {header, align, value: (row: readonly string[]) => (index === COLUMNS.length - 1 ? row[index] : pad(row[index] ?? ''))}
    })
    const table = formatTable(cells, columns)
    const shown = isFirst ? table : table.slice(table.indexOf('\n') + 1)
    isFirst = false
    return shown
  }
}
