import type {OperationPlan, OperationResult, PlannedFile} from '@phlo/core'

export interface RewriteManifestsOptions {
  /** Only manifests of this partition spec. Default: the table's current one. */
  readonly specId?: number
  /** Names of partition fields by which entries are ordered, the most important one first. Default: all, in the spec's order. */
  readonly sortBy?: readonly string[]
  /** Bytes. Default: `commit.manifest.target-size-bytes`, else 8 MiB. */
  readonly targetManifestSize?: number
}

/** Manifests of one kind that are written anew, together. */
export interface PlannedManifests {
  readonly content: 'data' | 'deletes'
  /** With the number of their live entries. */
  readonly inputs: readonly (PlannedFile & {readonly entries: number})[]
  /** How many manifests come out. */
  readonly outputs: number
}

export interface RewriteManifestsPlan extends OperationPlan {
  readonly operation: 'rewrite-manifests'
  readonly specId: number
  /** Names of partition fields. */
  readonly sortBy: readonly string[]
  readonly rewrites: readonly PlannedManifests[]
  /** Manifests of the snapshot that stay as they are. */
  readonly keptManifests: number
}

export interface RewriteManifestsResult extends OperationResult {
  readonly rewrittenManifests: number
  readonly addedManifests: number
  /** Entries that were written. */
  readonly entries: number
}
