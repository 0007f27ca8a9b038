import {ExitCode, formatTableName, PhloError, refused} from '@phlo/core'
import {currentSchema, schemaById} from './spec/current.js'
import type {Snapshot, TableMetadata} from './spec/table-metadata.js'
import type {Schema} from './spec/types.js'
import type {IcebergTable} from './table.js'

/** The snapshot with this id, if the table still has it. */
export function snapshotById(metadata: TableMetadata, id: bigint): Snapshot | undefined {
  return metadata.snapshots.find((snapshot) => snapshot['snapshot-id'] === id)
}

/**
 * The snapshot that the table's ref points at; undefined for `main` of a table without snapshots.
 *
 * @throws PhloError `REF_NOT_FOUND`
 */
export function headOf(table: IcebergTable): Snapshot | undefined {
  const {metadata, ref} = table
  const id = metadata.refs[ref]?.['snapshot-id'] ?? (ref === 'main' ? metadata['current-snapshot-id'] : undefined)
  if (id === undefined) {
    if (ref === 'main') return undefined
    throw refNotFound(table)
  }
  const snapshot = snapshotById(metadata, id)
  if (!snapshot) {
    throw new PhloError(
      `Ref ${ref} of ${formatTableName(table.name)} points at snapshot ${id}, which the table's metadata does not have.`,
      {
        code: 'METADATA_CORRUPT',
        exit: ExitCode.unavailable,
      },
    )
  }
  return snapshot
}

function refNotFound({name, ref, metadata}: IcebergTable): PhloError {
  const known = Object.keys(metadata.refs)
  return new PhloError(`${formatTableName(name)} has no branch or tag ${ref}.`, {
    code: 'REF_NOT_FOUND',
    exit: ExitCode.usage,
    suggestions: [...(known.length > 0 ? [`it has ${known.join(', ')}`] : []), `phlo table refs ${formatTableName(name)}`],
  })
}

/** A tag never moves, so that nothing can be committed to it. */
export function assertBranch(table: IcebergTable): void {
  if (table.metadata.refs[table.ref]?.type === 'tag') {
    const name = formatTableName(table.name)
    throw refused('REF_IS_A_TAG', `${table.ref} is a tag of ${name}; only a branch can be changed.`, [
      `phlo snapshot branch create ${name} <branch> --at ${table.ref}`,
    ])
  }
}

/** A snapshot and its ancestors, youngest first, as far as the metadata still has them. */
export function* ancestorsOf(metadata: TableMetadata, from: Snapshot | undefined): Generator<Snapshot> {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]))
  for (let at = from; at; ) {
    yield at
    // Metadata whose snapshots are each other's ancestors must not go on for ever.
    byId.delete(at['snapshot-id'])
    const parent: bigint | undefined = at['parent-snapshot-id']
    at = parent === undefined ? undefined : byId.get(parent)
  }
}

/** The schema that a snapshot is read with: the head of the ref with the table's current one, any other with its own. */
export function schemaOf(table: IcebergTable, snapshot: Snapshot | undefined): Schema {
  const isHead = snapshot === undefined || snapshot['snapshot-id'] === headOf(table)?.['snapshot-id']
  return isHead ? currentSchema(table.metadata) : schemaById(table.metadata, snapshot['schema-id'])
}
