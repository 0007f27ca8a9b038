import type {OperationPlan, OperationResult, PlannedFile} from '@phlo/core'

export interface RewritePathOptions {
  /** The folder that every path of the table begins with. Default: the table's location. */
  readonly sourcePrefix?: string
  /** What is put in its place. */
  readonly targetPrefix: string
  /** Where the rewritten files are written. Default: a new folder below the table's metadata folder, as in Spark. */
  readonly staging?: string
  /** Also copy all files to their targets. Default: false, the list of files says what to copy. */
  readonly copy?: boolean
  /** A metadata file, by its name or path, whose table is at the target already: only what was added since. Default: everything. */
  readonly startVersion?: string
  /** The metadata file, by its name or path, that becomes the moved table. Default: the current one. */
  readonly endVersion?: string
}

/** A file that is the same at the target. */
export interface FileToCopy extends PlannedFile {
  readonly target: string
}

/** A file that has paths in it and is written anew. Its size is that of the original. */
export interface FileToRewrite extends PlannedFile {
  readonly kind: 'metadata' | 'manifest-list' | 'manifest' | 'deletes'
  /** Of delete files: `PARQUET`, `AVRO`, `PUFFIN`. */
  readonly format?: string
}

export interface RewritePathPlan extends OperationPlan {
  readonly operation: 'rewrite-path'
  /** Without a slash at the end. */
  readonly sourcePrefix: string
  readonly targetPrefix: string
  readonly staging: string
  readonly copy: boolean
  readonly startVersion: string | null
  readonly endVersion: string
  readonly rewrites: readonly FileToRewrite[]
  readonly copies: readonly FileToCopy[]
  /** Metadata files of the log that are gone; the moved table goes without them, too. */
  readonly missingVersions: readonly string[]
}

/** As Spark's `rewrite_table_path` names them, and what was copied. */
export interface RewritePathResult extends OperationResult {
  /** Name of the metadata file that is the moved table. */
  readonly latestVersion: string
  /** `source,target` lines, as Spark writes them. */
  readonly fileListLocation: string
  /** The same with sizes and SHA-256 checksums. */
  readonly fileListJsonLocation: string
  readonly stagingLocation: string
  readonly rewrittenManifestFilePathsCount: number
  readonly rewrittenDeleteFilePathsCount: number
  /** Copied by this run. */
  readonly copiedFiles: number
  readonly copiedBytes: number
  /** That were at their targets already, whole. */
  readonly presentFiles: number
  /** The command that makes the moved table known to a catalog, once everything is copied. */
  readonly register: string
}
