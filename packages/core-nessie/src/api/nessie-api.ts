import type {PhloError} from '@phlo/core'
import type {Ref} from './ref.js'
import type {Server} from './server.js'
import type {
  Conflict,
  Content,
  Difference,
  Entry,
  Key,
  LogEntry,
  MergeRequest,
  MergeResult,
  Operation,
  Reference,
  ReferenceDetails,
  TransplantRequest,
} from './types.js'

/** What is at some keys of one state, and which state that is. */
export interface Contents {
  readonly reference: Reference
  get(key: Key): Content | undefined
}

/** What came of a commit. */
export type CommitOutcome =
  | {readonly hash: string}
  | {readonly conflicts: readonly Conflict[]; readonly error: PhloError}
  /** `COMMIT_STATE_UNKNOWN` */
  | {readonly unknown: PhloError}

/** Nessie's API v2. What asks can be called at once and again; errors are as `nessieError` says. */
export interface NessieApi {
  readonly catalog: string
  readonly server: Server
  /** A state as it is named. @throws PhloError `INVALID_REF`, `NOT_SUPPORTED_BY_CATALOG` */
  ref(text: string): Ref
  /** @param options.details compares each with the default branch */
  references(options?: {readonly details?: boolean}): AsyncIterable<ReferenceDetails>
  /** A branch or tag by its name. */
  reference(name: string, options?: {readonly details?: boolean}): Promise<ReferenceDetails>
  /** The commit that a state is, whatever way it is named. */
  resolve(ref: Ref): Promise<Reference>
  createReference(type: 'BRANCH' | 'TAG', name: string, from: Reference): Promise<Reference>
  /** Lets a branch or tag that is at its hash be at another. */
  assignReference(reference: Reference, to: Reference): Promise<Reference>
  /** Deletes a branch or tag that is at its hash. */
  deleteReference(reference: Reference): Promise<void>
  /**
   * Youngest first, with what each did.
   *
   * @param options.filter what an expression in CEL says of a commit and its `operations`
   */
  log(ref: Ref, options?: {readonly pageSize?: number; readonly filter?: string}): AsyncIterable<LogEntry>
  diff(from: Ref, to: Ref): AsyncIterable<Difference>
  /**
   * What is below a namespace, at any depth, of one type (`ICEBERG_TABLE`).
   *
   * @param options.details asks for the contents too, which older servers do not tell
   */
  entries(ref: Ref, options?: {readonly below?: Key; readonly type?: string; readonly details?: boolean}): AsyncIterable<Entry>
  contents(ref: Ref, keys: readonly Key[]): Promise<Contents>
  /** Commits to a branch, if nobody else has changed these keys since it was at the hash of `onto`. */
  commit(onto: Reference, message: string, operations: readonly Operation[]): Promise<CommitOutcome>
  merge(request: MergeRequest): Promise<MergeResult>
  /** Picks commits: each becomes one of the target. */
  transplant(request: TransplantRequest): Promise<MergeResult>
}
