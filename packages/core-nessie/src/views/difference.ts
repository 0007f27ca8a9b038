import {formatBytes, formatCount} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import type {FileDiff} from '@phlo/iceberg'
import type {EntryDifference} from '../history/diff-references.js'
import type {TableDifference, ValueChange} from '../history/diff-tables.js'

type Figures = Pick<FileDiff, 'dataFiles' | 'deleteFiles'>

const MARKS = {added: '+', removed: '-', changed: '~'} as const

/** One line for each difference (`--stat`). */
export function differenceTable(rows: readonly EntryDifference[]): string {
  return formatTable(rows, [
    {header: '', value: ({change}) => MARKS[change]},
    {header: 'name', value: ({name}) => name},
    {header: 'kind', value: ({kind}) => kind},
    {header: '+rows', value: (row) => count(row, 'added', 'records')},
    {header: '-rows', value: (row) => count(row, 'removed', 'records')},
    {header: '+files', value: (row) => count(row, 'added', 'files')},
    {header: '-files', value: (row) => count(row, 'removed', 'files')},
    {header: 'also', value: (row) => row.problem ?? (row.table ? alsoChanged(row.table).join(', ') : '')},
  ])
}

/** What came to a table that only the first state has is what it loses. */
function count(row: EntryDifference, side: 'added' | 'removed', figure: 'records' | 'files'): string {
  const figures: Figures | undefined = row.table ?? row.files
  if (!figures) return ''
  if (row.files && side !== row.change) return ''
  const which = row.files ? 'added' : side
  const {dataFiles, deleteFiles} = figures
  return formatCount(dataFiles[which][figure] + (figure === 'files' ? deleteFiles[which].files : 0))
}

const alsoChanged = ({isSameTable, columns, partitionSpec, sortOrder, formatVersion, location, properties}: TableDifference) => [
  ...(isSameTable ? [] : ['another table']),
  ...(columns.length > 0 ? ['schema'] : []),
  ...(partitionSpec ? ['partition spec'] : []),
  ...(sortOrder ? ['sort order'] : []),
  ...(formatVersion ? ['format version'] : []),
  ...(location ? ['location'] : []),
  ...(Object.keys(properties).length > 0 ? ['properties'] : []),
]

/** One difference in full. */
export function differenceText(row: EntryDifference): string {
  const details = row.problem === undefined ? (row.table ? tableLines(row.table) : row.files ? totalLines(row) : []) : [row.problem]
  return [`${MARKS[row.change]} ${row.kind} ${row.name}`, ...details.map((line) => `    ${line}`)].join('\n')
}

function tableLines({
  columns,
  partitionSpec,
  sortOrder,
  formatVersion,
  location,
  properties,
  snapshots,
  ...rest
}: TableDifference): string[] {
  const {isSameTable, dataFiles, deleteFiles} = rest
  const {added, removed} = snapshots
  return [
    ...(isSameTable ? [] : ['it is another table of the same name']),
    ...columns.map(({column, change, from, to}) => `column ${column}: ${change} ${arrow({from, to})}`),
    ...line('partition spec', partitionSpec),
    ...line('sort order', sortOrder),
    ...line('format version', formatVersion),
    ...line('location', location),
    ...Object.entries(properties).flatMap(([key, change]) => line(`property ${key}`, change)),
    ...(added.length + removed.length > 0 ? [`snapshots: +${added.length} -${removed.length}`] : []),
    ...fileLine('data files', dataFiles, 'rows'),
    ...fileLine('delete files', deleteFiles, 'deletes'),
  ]
}

function totalLines({files}: EntryDifference): string[] {
  const {files: count, records, bytes} = files?.dataFiles.added ?? {files: 0, records: 0, bytes: 0}
  return [`${formatCount(records)} rows in ${formatCount(count)} data files (${formatBytes(bytes)})`]
}

const line = (what: string, change: ValueChange | undefined) => (change ? [`${what}: ${arrow(change)}`] : [])

const arrow = ({from, to}: ValueChange) => `${from === '' ? 'none' : (from ?? '-')} -> ${to === '' ? 'none' : (to ?? '-')}`

function fileLine(what: string, {added, removed}: FileDiff['dataFiles'], unit: string): string[] {
  if (added.files + removed.files === 0) return []
  const figures = (sign: string, {files, records, bytes}: FileDiff['dataFiles']['added']) =>
    `${sign}${formatCount(files)} with ${formatCount(records)} ${unit} (${formatBytes(bytes)})`
  return [
    `${what}: ${[...(added.files > 0 ? [figures('+', added)] : []), ...(removed.files > 0 ? [figures('-', removed)] : [])].join(', ')}`,
  ]
}
