import type {InputFile} from '@phlo/core'
import {messageOf, type PhloError, unavailable} from '@phlo/core'

/** `PFA1`, at the beginning of a Puffin file and around its footer (Puffin spec, "File structure"). */
export const MAGIC: Uint8Array = Uint8Array.of(0x50, 0x46, 0x41, 0x31)

/** Bytes after the footer's payload: its size, the flags, the magic. */
export const TRAILER = 12

/** The largest blob, in bytes: what an array of Java holds, so that no reader is given more than it can take. */
export const LARGEST_BLOB = 2 ** 31 - 9

/** A blob as the footer describes it (Puffin spec, "BlobMetadata"). */
export interface PuffinBlob {
  /** `deletion-vector-v1`, `apache-datasketches-theta-v1`. */
  readonly type: string
  /** The fields that it was computed from, in the order in which it uses them. */
  readonly fields: readonly number[]
  /** -1 when it is inherited from the manifest entry. */
  readonly 'snapshot-id': bigint
  /** As above. */
  readonly 'sequence-number': bigint
  /** Bytes from the beginning of the file. */
  readonly offset: number
  /** Bytes, compressed. */
  readonly length: number
  /** `zstd` or `lz4`; undefined when it is stored as it is. */
  readonly 'compression-codec'?: string
  readonly properties?: Readonly<Record<string, string>>
}

/** What a Puffin file says of itself (Puffin spec, "FileMetadata"). */
export interface PuffinFooter {
  readonly blobs: readonly PuffinBlob[]
  readonly properties?: Readonly<Record<string, string>>
}

/** The error for a Puffin file that does not hold what it should. */
export function corruptPuffin({path}: Pick<InputFile, 'path'>, reason: unknown): PhloError {
  return unavailable('PUFFIN_CORRUPT', `The Puffin file ${path} is damaged: ${messageOf(reason)}.`, {
    ...(reason instanceof Error && {cause: reason}),
  })
}
