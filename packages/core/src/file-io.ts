/** A file as a listing tells it. */
export interface FileInfo {
  /** The full path or URI, as it would be written into metadata. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch; undefined when the store does not tell. Never the access time. */
  readonly modifiedAt?: number
}

/** An open file to read from. Closed by the one who opened it. */
export interface InputFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Exactly `length` bytes from `start`; fewer is an error that names the file. */
  read(start: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** A file being written. It is visible to readers, whole, after `close`, and not at all after `abort`. */
export interface OutputFile {
  readonly path: string
  /** Bytes written so far. */
  readonly bytesWritten: number
  /** The bytes may be reused by the caller once the promise resolves. */
  write(bytes: Uint8Array): Promise<void>
  /** Durable and visible when it resolves. */
  close(): Promise<void>
  /** Leaves nothing behind; never throws. */
  abort(): Promise<void>
}

/** What was asked of a store and what passed: each attempt counts, as the store charges for it. */
export interface RequestCounts {
  readonly get: number
  /** Creations, copies, and all that an upload in parts takes. */
  readonly put: number
  readonly list: number
  /** Requests; one may delete a thousand files. */
  readonly delete: number
  readonly head: number
  /** Bytes of files. */
  readonly bytesRead: number
  readonly bytesWritten: number
}

/**
 * Files at paths of some schemes (`file`, `s3`). A FileIO is stateless to its callers and safe to use concurrently.
 *
 * Errors: `FILE_NOT_FOUND`, `FILE_EXISTS`, `STORAGE_UNAVAILABLE`, `STORAGE_DENIED`, `STORAGE_FULL`; each names the path.
 */
export interface FileIO {
  /** Opens a file. `size`, when the caller knows it from metadata, saves a request; a read of the file's end finds out when it is wrong. */
  open(path: string, options?: {readonly size?: number}): Promise<InputFile>
  /** The whole file, for the small ones. */
  readAll(path: string): Promise<Uint8Array>
  /**
   * Creates a file that must not exist yet, with its parent folders. `current` gives what has taken the place of this FileIO since, where
   * its credentials hold for a time only: what is sent for the file goes through that, as far as the store can.
   */
  create(path: string, options?: {readonly current?: () => Promise<FileIO>}): Promise<OutputFile>
  /** Undefined when there is no such file. */
  stat(path: string): Promise<FileInfo | undefined>
  /** Every file below this prefix (a folder), in no order, as a stream of pages. A prefix without files is an empty listing. */
  list(prefix: string): AsyncIterable<readonly FileInfo[]>
  /** Deletes files; one that is not there counts as deleted. Reports those that could not be deleted, and does not throw for them. */
  delete(paths: readonly string[]): Promise<readonly {readonly path: string; readonly error: string}[]>
  /** Moves a file within the store, replacing nothing. */
  move(from: string, to: string): Promise<void>
  /** What was asked of the store since this was opened; a FileIO of which no request is paid for does not have it. */
  requests?(): RequestCounts
  close(): Promise<void>
}

/** Contributes a FileIO for some schemes: `"phlo": {"fileIO": {"s3": "./dist/s3.js"}}`. */
export interface FileIOProvider {
  readonly $type: '@phlo/file-io'
  readonly contract: 1
  readonly schemes: readonly string[]
  /** `properties` are those of the catalog, `s3.endpoint` and the like, as PyIceberg and Java name them. */
  open(properties: Readonly<Record<string, string>>): Promise<FileIO>
}
