import type {CatalogCommit, OperationContext, TableName} from '@phlo/core'
import type {LoadedTable} from './catalog.js'

/** Which commits of a catalog that has branches and tags still count. What none of them reaches is garbage. */
export interface CutoffOptions {
  /** `main=P30D`, `release-.*=NONE`: a pattern of whole names of references, and how much of their history counts. The first that fits holds. */
  readonly cutoffs?: readonly string[]
  /** For every other reference. Default `NONE`: all of its history counts. */
  readonly defaultCutoff?: string
  /** A file that keeps what was found, so that an interrupted search goes on where it stopped. Default: a temporary one. */
  readonly markFile?: string
  /** Metadata files of heads that are gone for good: what only they refer to is garbage. A head whose metadata is gone otherwise is a refusal. */
  readonly lostMetadata?: readonly string[]
}

/** Something that a commit which counts has: a table, or what is not known but for where its metadata is. */
export interface ReachedTable {
  /** Stays when it is renamed, and is no other's. */
  readonly id: string
  /** As it is or was called. */
  readonly name: string
  /** False for a view and the like: nothing is known of its files, and nothing is deleted beside them. */
  readonly isTable: boolean
  /** Where its metadata files lie, without slashes at the end. */
  readonly folders: readonly string[]
  /**
   * Where its files lie, without slashes at the end: its locations, and those that its properties name; of metadata that is gone, what
   * its folder is of. Nothing of what is no table and does not tell.
   */
  places(): Promise<readonly string[]>
  /** Metadata files in stores that are not read here: where files lie by these is not known. */
  unreadable(): Promise<readonly string[]>
  has(metadataLocation: string): boolean
  /** Each once, some at a time. */
  metadataFiles(): AsyncIterable<readonly string[]>
}

/** How much was looked at. */
export interface ReachedFigures {
  readonly references: number
  readonly commits: number
  readonly metadataFiles: number
}

/** What the branches, tags and commits of a catalog reach. */
export interface Reached {
  /**
   * Looks at the heads of all references. The first time everything is told, then what was not reached before: of a table that was told
   * already only its new metadata files. That nothing is told means that nothing has come since.
   */
  look(): AsyncIterable<ReachedTable>
  /** Loads what is at a metadata file that was told. @throws PhloError `FILE_NOT_FOUND` */
  load(metadataLocation: string): Promise<LoadedTable>
  /** The branch or tag whose head has a metadata file: of what is there now. */
  headWith(metadataLocation: string): Promise<string | undefined>
  /** Metadata files that are gone for good, as somebody says. */
  readonly lost: ReadonlySet<string>
  figures(): ReachedFigures
  close(): Promise<void>
}

/** A commit of a catalog that gave a table its metadata. */
export interface TableCommit extends CatalogCommit {
  /** As the table was called then. */
  readonly name: TableName
  readonly metadataLocation: string
  /** The current schema of that metadata. */
  readonly schemaId: number
  /** The table was not there before, at this reference: it was made, registered, or came with a merge. */
  readonly isBeginning: boolean
  /** Of a merge the commit that it merged, whose log says who did what. */
  readonly merged?: string
}

/** The history of a whole catalog: which metadata may need the files of a table, besides that of the table as it is loaded; and who made it so. */
export interface CatalogHistory {
  /** @throws PhloError `INVALID_CUTOFF` (exit 2) */
  reached(options: CutoffOptions, context: OperationContext): Promise<Reached>
  /**
   * The commits that gave a table its metadata, also under names that it had before, youngest first: as far back as the log of the reference
   * goes that the catalog is open at, or of a commit. The last is `isBeginning`, unless the log was cut.
   *
   * @param from the hash of a commit
   * @throws PhloError `REF_NOT_FOUND` for a commit that is gone
   */
  commitsOf?(name: TableName, from?: string): AsyncIterable<TableCommit>
}
