/** What keys name, in Nessie's JSON (`ContentKey`): the levels of a namespace, and a name. */
export type Key = readonly string[]

/** A reference as Nessie has it (`Reference`). What is detached is a commit without a name. */
export interface Reference {
  readonly type: 'BRANCH' | 'TAG' | 'DETACHED'
  readonly name: string
  readonly hash: string
}

/** What Nessie says of a reference that it is asked about in full (`ReferenceMetadata`), against the default branch. */
export interface ReferenceDetails extends Reference {
  readonly metadata?: {
    readonly numCommitsAhead?: number | null
    readonly numCommitsBehind?: number | null
    readonly commonAncestorHash?: string | null
    readonly numTotalCommits?: number | null
    readonly commitMetaOfHEAD?: CommitMeta | null
  } | null
}

export interface CommitMeta {
  readonly hash?: string | null
  readonly committer?: string | null
  readonly authors?: readonly string[]
  readonly message: string
  /** ISO 8601. */
  readonly commitTime?: string | null
  readonly authorTime?: string | null
  /** Its parent, and the commit that was merged where it is a merge. */
  readonly parentCommitHashes?: readonly string[]
}

/** A table as Nessie has it: where its metadata is, and what of that is current. 64-bit ids are bigints beyond 2^53. */
export interface TableContent {
  readonly type: 'ICEBERG_TABLE'
  readonly id?: string
  readonly metadataLocation: string
  /** -1: none. */
  readonly snapshotId: number | bigint
  readonly schemaId: number
  readonly specId: number
  readonly sortOrderId: number
}

/** A view as Nessie has it. */
export interface ViewContent {
  readonly type: 'ICEBERG_VIEW'
  readonly id?: string
  readonly metadataLocation: string
}

export interface NamespaceContent {
  readonly type: 'NAMESPACE'
  readonly id?: string
  readonly elements: Key
  readonly properties?: Readonly<Record<string, string>>
}

/** Tables of other formats, functions. */
export interface OtherContent {
  readonly type: string
  readonly id?: string
  readonly metadataLocation?: string
  /** Of a table of Delta Lake: files of its log. */
  readonly metadataLocationHistory?: readonly string[]
  readonly checkpointLocationHistory?: readonly string[]
}

export type Content = TableContent | ViewContent | NamespaceContent | OtherContent

export const isTable = (content: Content | undefined): content is TableContent => content?.type === 'ICEBERG_TABLE'
export const isView = (content: Content | undefined): content is ViewContent => content?.type === 'ICEBERG_VIEW'
export const isNamespace = (content: Content | undefined): content is NamespaceContent => content?.type === 'NAMESPACE'

export interface Entry {
  readonly key: Key
  readonly type: string
  /** Undefined unless it was asked for and the server tells it. */
  readonly content: Content | undefined
}

/** What one reference has at a key and the other has; one of them may have nothing. */
export interface Difference {
  readonly key: Key
  readonly from: Content | undefined
  readonly to: Content | undefined
}

export type Operation =
  | {readonly type: 'PUT'; readonly key: Key; readonly content: Content}
  | {readonly type: 'DELETE'; readonly key: Key}
  /** Nothing, if nobody else changed it meanwhile. */
  | {readonly type: 'UNCHANGED'; readonly key: Key}

export interface LogEntry {
  readonly hash: string
  readonly meta: CommitMeta
  readonly parentHash: string | undefined
  readonly operations: readonly Operation[]
}

/** Why something at a key cannot be committed or merged (`Conflict`): `KEY_EXISTS`, `VALUE_DIFFERS`, `NAMESPACE_ABSENT`, … */
export interface Conflict {
  readonly type: string
  readonly key: Key | undefined
  readonly message: string
}

/** How a merge takes what both sides changed: not at all, from the source, or not from it. */
export type MergeStrategy = 'NORMAL' | 'FORCE' | 'DROP'

export interface MergeRequest {
  readonly from: Reference
  readonly into: Reference
  readonly strategy: MergeStrategy
  /** For single keys, instead of the strategy of all. */
  readonly strategies: readonly {readonly key: Key; readonly strategy: MergeStrategy}[]
  /** Nothing is moved. */
  readonly dryRun: boolean
  readonly message?: string | undefined
}

export interface TransplantRequest extends MergeRequest {
  /** Commits of `from`, oldest first, without a gap. */
  readonly hashes: readonly string[]
}

export interface MergeResult {
  /** False in a dry run, and when there was nothing to merge. */
  readonly applied: boolean
  /** The head of the target after it. */
  readonly hash: string
  readonly keys: readonly {readonly key: Key; readonly strategy: string}[]
  /** Empty exactly when it succeeds. */
  readonly conflicts: readonly Conflict[]
}
