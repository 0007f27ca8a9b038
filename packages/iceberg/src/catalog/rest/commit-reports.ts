import type {TableName} from '@phlo/core'
import type {Snapshot, SnapshotSummary} from '../../spec/table-metadata.js'
import type {TableUpdate} from '../updates.js'
import {tablePath} from './names.js'
import {REPORT_METRICS} from './server-config.js'
import type {Session} from './session.js'

/** Figures of a snapshot's summary, by their names in a report (REST specification, `CommitReport`). */
const COUNTERS: Readonly<Record<string, {readonly key: string; readonly unit: 'count' | 'bytes'}>> = {
  'added-data-files': {key: 'added-data-files', unit: 'count'},
  'removed-data-files': {key: 'deleted-data-files', unit: 'count'},
  'total-data-files': {key: 'total-data-files', unit: 'count'},
  'added-delete-files': {key: 'added-delete-files', unit: 'count'},
  'removed-delete-files': {key: 'removed-delete-files', unit: 'count'},
  'total-delete-files': {key: 'total-delete-files', unit: 'count'},
  'added-records': {key: 'added-records', unit: 'count'},
  'removed-records': {key: 'deleted-records', unit: 'count'},
  'total-records': {key: 'total-records', unit: 'count'},
  'added-files-size-bytes': {key: 'added-files-size', unit: 'bytes'},
  'removed-files-size-bytes': {key: 'removed-files-size', unit: 'bytes'},
  'total-files-size-bytes': {key: 'total-files-size', unit: 'bytes'},
}

/** Tells a server what was committed, where it wants to know. */
export interface CommitReports {
  /** Begins to tell; nothing waits for it, and nothing fails by it. */
  tell(open: Session, name: TableName, updates: readonly TableUpdate[], token: string | undefined): void
  /** When all that was begun has ended. */
  ended(): Promise<void>
}

export function commitReports(): CommitReports {
  const begun = new Set<Promise<void>>()
  return {
    tell(open, name, updates, token) {
      const {endpoints, properties, separator} = open.config
      if (!endpoints.has(REPORT_METRICS) || properties['rest-metrics-reporting-enabled'] === 'false') return
      for (const update of updates) {
        if (update.action !== 'add-snapshot') continue
        const body = reportOf(name, update.snapshot)
        const about = {kind: 'table', name} as const
        const told = open.tell({method: 'POST', path: `${tablePath(name, separator)}/metrics`, body, about, token})
        begun.add(told)
        void told.then(() => begun.delete(told))
      }
    },
    ended: async () => void (await Promise.all(begun)),
  }
}

const reportOf = ({namespace, name}: TableName, snapshot: Snapshot) => ({
  'report-type': 'commit-report',
  'table-name': [...namespace, name].join('.'),
  'snapshot-id': snapshot['snapshot-id'],
  'sequence-number': snapshot['sequence-number'],
  operation: snapshot.summary?.operation ?? '',
  metrics: countersOf(snapshot.summary ?? {}),
  metadata: {},
})

const countersOf = (summary: SnapshotSummary) =>
  Object.fromEntries(
    Object.entries(COUNTERS).flatMap(([name, {key, unit}]) => {
      const value = summary[key]
      return value !== undefined && /^\d+$/.test(value) ? [[name, {unit, value: BigInt(value)}]] : []
    }),
  )
