import type {OperationPlan, OperationResult, PlannedFile} from '@phlo/core'
import type {ReachedFigures} from '../../catalog/history.js'
import type {Neighbour} from './neighbours.js'

export interface VacuumPlan extends OperationPlan {
  readonly operation: 'vacuum'
  /** Orphan files, old enough to go. */
  readonly files: readonly (PlannedFile & {readonly modifiedAt: number})[]
  /** Bytes of all of them. */
  readonly bytes: number
  readonly listedFiles: number
  readonly referencedFiles: number
  /** Orphans that are too young. */
  readonly youngFiles: number
  /** Orphans whose age the store does not tell; they stay. */
  readonly unknownAgeFiles: number
  /** Files of other tables below the location; they stay. */
  readonly neighbours: readonly (Neighbour & {readonly files: number})[]
  /** Files in the table's quarantine; they stay. */
  readonly quarantinedFiles: number
  /** Files that are referenced under another scheme or authority, and stay (`ignore`). */
  readonly mismatchedFiles: number
  /** What was asked besides the table, where its catalog has branches and tags. */
  readonly reached?: ReachedFigures
}

export interface VacuumResult extends OperationResult {
  readonly orphanFiles: number
  readonly deletedFiles: number
  readonly deletedBytes: number
  readonly failedDeletes: readonly {readonly path: string; readonly error: string}[]
  readonly quarantine: string | null
}
