import type {FileIO} from '@phlo/core'
import {type LeafValues, leavesOf} from '../parquet/leaves.js'
import {sliceRows} from '../parquet/slice.js'
import {createParquetFile, parquetWriteOptions} from '../parquet/write-file.js'
import type {Schema} from '../spec/types.js'
import type {RowBatch} from '../write/row-batch.js'
import type {RowKeys} from './row-keys.js'

const SCHEMA: Schema = {type: 'struct', 'schema-id': 0, fields: [{id: 1, name: 'key', type: 'binary', required: true}]}
/** Keys are soon read and removed. */
const PROPERTIES = {'write.parquet.compression-codec': 'uncompressed', 'write.metadata.metrics.default': 'none'}
const ROWS_AT_A_TIME = 65_536

/** Writes the keys of rows into a file of their own, in which row n has the key of row n. */
export async function writeKeys(io: FileIO, path: string, batches: AsyncIterable<RowBatch>, keysOf: RowKeys): Promise<void> {
  const [leaf] = leavesOf(SCHEMA)
  const writer = await createParquetFile(io, path, SCHEMA, parquetWriteOptions(PROPERTIES, SCHEMA))
  try {
    for await (const {rows, column} of batches) {
      const decoded = new Map<number, LeafValues>()
      for (let from = 0; from < rows; from += ROWS_AT_A_TIME) {
        const to = Math.min(rows, from + ROWS_AT_A_TIME)
        const read: RowBatch['column'] = (wanted) => {
          const whole = decoded.get(wanted.fieldId) ?? column(wanted)
          decoded.set(wanted.fieldId, whole)
          return sliceRows(whole, from, to)
        }
        const {bytes, offsets} = keysOf(read, to - from)
        const values = Array.from({length: to - from}, (_, row) => bytes.subarray(offsets[row], offsets[row + 1]))
        await writer.writeRowGroup(to - from, () => ({leaf: leaf as LeafValues['leaf'], values, rows: to - from}))
      }
    }
    await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  }
}
