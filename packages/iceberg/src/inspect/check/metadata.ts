import {allFields} from '../../spec/schema.js'
import type {TableMetadata} from '../../spec/table-metadata.js'
import {error, type Finding, note} from './finding.js'

/** Clocks may differ so much, in milliseconds: Iceberg's Java library refuses metadata beyond it. */
export const TOLERATED_SKEW = 60_000

/**
 * Checks what metadata says of itself (spec, "Table Metadata Fields"), as far as it can be loaded at all: refs, defaults and ids
 * that point at nothing are `METADATA_CORRUPT` before there is a table.
 */
export function* checkMetadata(metadata: TableMetadata): Iterable<Finding> {
  yield* checkIds(metadata)
  yield* checkSnapshots(metadata)
  yield* checkLogs(metadata)
}

function* checkIds(metadata: TableMetadata): Iterable<Finding> {
  const highest = (ids: readonly number[]) => ids.reduce((most, id) => Math.max(most, id), 0)
  const columns = metadata.schemas.map((schema) => highest(allFields(schema).map(({id}) => id)))
  const partitions = metadata['partition-specs'].flatMap(({fields}) => fields.map((field) => field['field-id']))
  for (const [key, found] of [
    ['last-column-id', highest(columns)],
    ['last-partition-id', highest(partitions)],
  ] as const) {
    if (found > metadata[key]) yield error('ID_BEYOND_LAST', key, `${key} is ${metadata[key]}, and ${found} is in use.`)
  }
}

function* checkSnapshots(metadata: TableMetadata): Iterable<Finding> {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]))
  const schemaIds = new Set(metadata.schemas.map((schema) => schema['schema-id'] ?? 0))
  const last = metadata['last-sequence-number']
  const nextRowId = metadata['next-row-id'] ?? 0n
  const bySequence = new Map<bigint, bigint>()
  for (const snapshot of metadata.snapshots) {
    const id = String(snapshot['snapshot-id'])
    const number = snapshot['sequence-number']
    const {'first-row-id': firstRowId, 'added-rows': addedRows, 'schema-id': schemaId, 'parent-snapshot-id': parentId} = snapshot
    const wrong = (problem: string) => error('SEQUENCE_NUMBER', id, `Snapshot ${id} has sequence number ${number}, ${problem}.`)
    if (number > last) yield wrong(`and last-sequence-number is ${last}`)
    const other = bySequence.get(number)
    if (number > 0n && other !== undefined) yield wrong(`which snapshot ${other} has too`)
    bySequence.set(number, snapshot['snapshot-id'])
    const parent = parentId === undefined ? undefined : byId.get(parentId)
    if (parent && number > 0n && parent['sequence-number'] >= number) yield wrong(`and its parent ${parent['sequence-number']}`)
    if (schemaId !== undefined && !schemaIds.has(schemaId)) {
      yield note('SCHEMA_GONE', id, `Snapshot ${id} was written with schema ${schemaId}, which the metadata has no more.`)
    }
    if (firstRowId !== undefined && firstRowId + (addedRows ?? 0n) > nextRowId) {
      const rows = `row ids up to ${firstRowId + (addedRows ?? 0n)}`
      yield error('NEXT_ROW_ID', id, `Snapshot ${id} has taken ${rows}, and next-row-id is ${nextRowId}: they will be given twice.`)
    }
  }
}

function* checkLogs(metadata: TableMetadata): Iterable<Finding> {
  const {'snapshot-log': log, 'metadata-log': files, 'current-snapshot-id': current, 'last-updated-ms': updatedAt} = metadata
  const known = new Set(metadata.snapshots.map((snapshot) => snapshot['snapshot-id']))
  let newest = Number.NEGATIVE_INFINITY
  for (const {'snapshot-id': id, 'timestamp-ms': at} of log) {
    if (newest - at > TOLERATED_SKEW) {
      yield error('SNAPSHOT_LOG_ORDER', String(id), `The snapshot log has snapshot ${id} after one that became current later.`)
    }
    if (!known.has(id)) yield note('SNAPSHOT_LOG_GONE', String(id), `The snapshot log names snapshot ${id}, which is gone.`)
    newest = Math.max(newest, at)
  }
  const last = log.at(-1)?.['snapshot-id']
  if (last !== undefined && current !== undefined && last !== current) {
    yield error('SNAPSHOT_LOG_END', String(last), `The snapshot log ends with snapshot ${last}, and ${current} is the current one.`)
  }
  if (newest - updatedAt > TOLERATED_SKEW) {
    yield error('LAST_UPDATED', 'last-updated-ms', 'The table was last updated before its newest snapshot became current.')
  }
  for (const [index, {'metadata-file': path, 'timestamp-ms': at}] of files.entries()) {
    if ((files[index - 1]?.['timestamp-ms'] ?? at) - at > TOLERATED_SKEW) {
      yield error('METADATA_LOG_ORDER', path, `The metadata log has ${path} after a file that was written later.`)
    }
  }
}
