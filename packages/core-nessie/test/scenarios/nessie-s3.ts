import {writeFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {openFileIO} from '@phlo/iceberg'
import type {SharedLake} from '../../../core-iceberg/test/support/judged.js'
import {required} from '../../../iceberg/test/support/required.js'

export const origin = () => required('PHLO_TEST_NESSIE_S3_URI')

/** How the warehouse of Nessie's REST side is reached. */
export const storage = () => ({
  's3.endpoint': required('PHLO_TEST_NESSIE_S3_ENDPOINT'),
  's3.region': 'us-east-1',
  's3.access-key-id': required('PHLO_TEST_S3_ACCESS_KEY'),
  's3.secret-access-key': required('PHLO_TEST_S3_SECRET_KEY'),
})

/** PyIceberg comes to Nessie through its Iceberg REST side. */
export const asPyiceberg = () => JSON.stringify({type: 'rest', uri: `${origin()}/iceberg`, ...storage()})

/** Copies a file of the warehouse into the folder of a lake. */
export async function bring({cwd}: SharedLake, path: string): Promise<string> {
  const local = join(cwd, basename(path))
  const io = await openFileIO(path, storage())
  await writeFile(local, await io.readAll(path))
  return local
}
