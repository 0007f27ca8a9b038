import {randomUUID} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type IcebergTable, scanRecordBatches} from '@phlo/iceberg'
import {RecordBatchStreamWriter} from 'apache-arrow'

/** Writes what our own scan reads of a table into an Arrow file of the folder, and tells its path. */
export async function scanned(table: IcebergTable, folder: string): Promise<string> {
  const writer = new RecordBatchStreamWriter()
  for await (const batch of scanRecordBatches(table)) writer.write(batch)
  writer.finish()
  const path = join(folder, `${randomUUID()}.arrow`)
  await writeFile(path, await writer.toUint8Array())
  return path
}
