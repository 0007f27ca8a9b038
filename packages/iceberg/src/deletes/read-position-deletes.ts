import type {FileIO} from '@phlo/core'
import {fileRows, rowSourceOf} from '../parquet/file-rows.js'
import {leavesOf} from '../parquet/leaves.js'
import {mappingByName} from '../parquet/name-mapping.js'
import type {DataFile} from '../spec/manifest.js'
import {DELETED_FILE_PATH, DELETED_POSITION} from '../spec/reserved-fields.js'
import type {Schema} from '../spec/types.js'

const SCHEMA: Schema = {type: 'struct', fields: [DELETED_FILE_PATH, DELETED_POSITION]}
const LAYOUT = {leaves: leavesOf(SCHEMA), mapping: mappingByName(SCHEMA), defaultOf: () => undefined}
const [PATH, POSITION] = LAYOUT.leaves

/**
 * Tells every row that a position delete file deletes (spec, "Position Delete Files"), in the order of the file; memory does not
 * grow with it.
 *
 * @throws PhloError naming the file, as `fileRows` does
 */
export async function readPositionDeletes(
  io: FileIO,
  file: DataFile,
  onDelete: (path: string, position: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (!PATH || !POSITION) return
  const decoder = new TextDecoder()
  for await (const {read, rows} of fileRows(io, rowSourceOf(file), LAYOUT, signal)) {
    const paths = read(PATH).values
    const positions = read(POSITION).values
    // Rows are sorted by path, and a dictionary gives the same bytes for the same path: it is decoded once.
    let bytes: unknown
    let path = ''
    for (let row = 0; row < rows; row++) {
      if (paths[row] !== bytes) {
        bytes = paths[row]
        path = decoder.decode(bytes as Uint8Array)
      }
      onDelete(path, Number(positions[row]))
    }
  }
}
