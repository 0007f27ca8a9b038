/** A branch or tag of a whole catalog (Nessie), at a commit. */
export interface CatalogReference {
  readonly name: string
  readonly kind: 'branch' | 'tag'
  readonly hash: string
}

/** A commit of a whole catalog. */
export interface CatalogCommit {
  readonly hash: string
  readonly author: string
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/** A table that one reference has otherwise than another. */
export interface ReferenceDifference {
  readonly key: string
  readonly change: 'added' | 'removed' | 'changed'
}

/** What a merge did or, in a dry run, would do; `conflicts` is empty exactly when it succeeds. */
export interface MergeOutcome {
  readonly merged: boolean
  readonly hash: string
  readonly conflicts: readonly {readonly key: string; readonly reason: string}[]
}

/** The git-like history of a catalog that has one. Nothing is deleted unless `delete` is called. */
export interface BranchManager {
  /**
   * The branch that is changed when nobody names another: the one that the catalog is open at.
   *
   * @throws PhloError `REF_IS_NOT_A_BRANCH` (exit 6) at a tag or a commit, `REF_NOT_FOUND` (exit 2)
   */
  writable(): Promise<string>
  list(): AsyncIterable<CatalogReference>
  get(name: string): Promise<CatalogReference>
  create(name: string, kind: 'branch' | 'tag', from: string): Promise<CatalogReference>
  delete(name: string, expectedHash: string): Promise<void>
  diff(from: string, to: string): AsyncIterable<ReferenceDifference>
  merge(from: string, into: string, options: {readonly dryRun: boolean; readonly message?: string}): Promise<MergeOutcome>
  log(ref: string): AsyncIterable<CatalogCommit>
}
