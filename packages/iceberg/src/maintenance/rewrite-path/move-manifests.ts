import type {FileIO} from '@phlo/core'
import {LIST_BIGINTS} from '../../avro/manifest-list-schema.js'
import {ENTRY_BIGINTS} from '../../avro/manifest-schema.js'
import {asBuffer} from '../../avro/partition-value.js'
import {DELETED_FILE_PATH} from '../../spec/reserved-fields.js'
import type {MovedDeletes} from './move-deletes.js'
import type {Move} from './prefix.js'
import {keyOf, rewriteAvro, type StoredRecord} from './rewrite-avro.js'

interface Place {
  readonly io: FileIO
  readonly path: string
}

const POSITION_DELETES = 1
const DELETED = 2

type Bounds = readonly {readonly key: number; readonly value: Uint8Array}[]

/**
 * Writes a manifest anew with its paths moved. Entries of position deletes and deletion vectors get the size, and the bounds of
 * `file_path`, of the file that was written in their place; all else stays as it was stored, also what is inherited.
 *
 * @param moved tells of a live delete file with paths in it
 * @returns the length in bytes
 */
export function moveManifest(from: Place, to: Place, move: Move, moved: (path: string) => Promise<MovedDeletes>): Promise<number> {
  return rewriteAvro(from, to, ENTRY_BIGINTS, async (entry) => {
    const key = keyOf(entry, 2, 'data_file')
    const file = {...(entry[key] as StoredRecord)}
    const path = get(file, 100, 'file_path') as string
    set(file, 100, 'file_path', move.file(path, `in manifest ${from.path}`))
    const referenced = get(file, 143, 'referenced_data_file')
    if (typeof referenced === 'string') set(file, 143, 'referenced_data_file', move.file(referenced, `in manifest ${from.path}`))
    if (get(file, 134, 'content') === POSITION_DELETES) {
      const isLive = get(entry, 0, 'status') !== DELETED
      describeDeletes(file, isLive ? await moved(path) : undefined, move)
    }
    return {...entry, [key]: file}
  })
}

function describeDeletes(file: StoredRecord, moved: MovedDeletes | undefined, move: Move): void {
  if (moved) {
    set(file, 104, 'file_size_in_bytes', moved.size)
    set(file, 132, 'split_offsets', moved.splitOffsets)
    // Optional, and no longer what they were.
    set(file, 108, 'column_sizes', null)
  }
  for (const [id, name, bound] of [
    [125, 'lower_bounds', moved?.bounds?.lower],
    [128, 'upper_bounds', moved?.bounds?.upper],
  ] as const) {
    const bounds = get(file, id, name)
    if (Array.isArray(bounds)) set(file, id, name, moveBounds(bounds as Bounds, bound, move))
  }
}

/** A bound that is cut off before the end of the prefix says nothing of the moved paths, and is left out. */
function moveBounds(bounds: Bounds, known: Uint8Array | undefined, move: Move): Bounds {
  return bounds.flatMap(({key, value}) => {
    if (key !== DELETED_FILE_PATH.id) return [{key, value}]
    if (known) return [{key, value: asBuffer(known)}]
    const text = Buffer.from(value).toString('utf8')
    return move.covers(text) ? [{key, value: Buffer.from(move.file(text, 'a bound of file_path'))}] : []
  })
}

/**
 * Writes a manifest list anew with its paths moved.
 *
 * @param lengthOf bytes that the manifest of this path has at its target
 */
export function moveManifestList(from: Place, to: Place, move: Move, lengthOf: (path: string) => Promise<number>): Promise<number> {
  return rewriteAvro(from, to, LIST_BIGINTS, async (manifest) => {
    const moved = {...manifest}
    const path = get(manifest, 500, 'manifest_path') as string
    set(moved, 500, 'manifest_path', move.file(path, `in manifest list ${from.path}`))
    set(moved, 501, 'manifest_length', await lengthOf(path))
    return moved
  })
}

const get = (record: StoredRecord, id: number, name: string) => record[keyOf(record, id, name)]

/** Sets a field that the record has; older versions lack some. */
function set(record: StoredRecord, id: number, name: string, value: unknown): void {
  const key = keyOf(record, id, name)
  if (key in record) record[key] = value
}
