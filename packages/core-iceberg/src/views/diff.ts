import {formatBytes, formatCount, formatTimestamp} from '@phlo/core'
import {formatKeyValues, formatTable} from '@phlo/core/command'
import type {ChangedFile, SnapshotDiff} from '@phlo/iceberg'
import {differencesTable} from './evolve.js'

/** The figures of a difference, and what became of columns. */
export function diffText({from, to, dataFiles, deleteFiles, columns}: SnapshotDiff): string {
  const kinds = [
    {kind: 'data files', ...dataFiles},
    {kind: 'delete files', ...deleteFiles},
  ]
  return [
    formatKeyValues({From: `${from.id}, ${formatTimestamp(from.timestamp)}`, To: `${to.id}, ${formatTimestamp(to.timestamp)}`}),
    '',
    formatTable(kinds, [
      {header: '', value: ({kind}) => kind},
      {header: '+files', value: ({added}) => formatCount(added.files)},
      {header: '+rows', value: ({added}) => formatCount(added.records)},
      {header: '+size', value: ({added}) => formatBytes(added.bytes)},
      {header: '-files', value: ({removed}) => formatCount(removed.files)},
      {header: '-rows', value: ({removed}) => formatCount(removed.records)},
      {header: '-size', value: ({removed}) => formatBytes(removed.bytes)},
    ]),
    ...(columns.length > 0 ? ['', differencesTable(columns)] : []),
  ].join('\n')
}

/** The files that only one of the two snapshots has. */
export function changedFiles(files: readonly ChangedFile[]): string {
  return formatTable(files, [
    {header: 'change', value: ({change}) => change},
    {header: 'content', value: ({content}) => content},
    {header: 'partition', value: ({partition}) => partition},
    {header: 'rows', value: ({records}) => records},
    {header: 'size', value: ({bytes}) => formatBytes(bytes)},
    {header: 'file', value: ({path}) => path},
  ])
}
