import {availableParallelism} from 'node:os'
import {type DuckDBConnection, DuckDBInstance} from '@duckdb/node-api'
import {messageOf, type SortFileRequest, unavailable} from '@phlo/core'
import {sortStatement, zeroQuery} from './sort-statement.js'

/** Bytes that each thread is to have. */
const PER_THREAD = 128 * 1024 ** 2

/**
 * Sorts a Parquet file into another one. Threads that each hold long texts may run out of memory together where a single one does not, so
 * that is tried then.
 *
 * @throws PhloError `ENGINE_FAILED` with what DuckDB says, and the signal's reason once that is aborted
 */
export async function sort(request: SortFileRequest): Promise<void> {
  const threads = Math.max(1, Math.min(availableParallelism(), Math.floor(request.memoryLimit / PER_THREAD)))
  try {
    await sortWith(threads, request).catch((error: unknown) => {
      if (threads === 1 || request.signal.aborted || !messageOf(error).startsWith('Out of Memory')) throw error
      return sortWith(1, request)
    })
  } catch (cause) {
    request.signal.throwIfAborted()
    throw unavailable('ENGINE_FAILED', `DuckDB: ${messageOf(cause).split('\n', 1)[0]}`, {cause})
  }
}

async function sortWith(threads: number, request: SortFileRequest): Promise<void> {
  const {memoryLimit, temporaryFolder, signal} = request
  signal.throwIfAborted()
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(memoryLimit / 1024)}KiB`,
    threads: String(threads),
    temp_directory: temporaryFolder,
    // What is needed is built in: nothing is to come over the network.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    const interrupt = () => connection.interrupt()
    signal.addEventListener('abort', interrupt)
    try {
      // An interrupt is heard only by what is running.
      signal.throwIfAborted()
      const dictionaries = !(await hasTwoZeros(connection, request))
      signal.throwIfAborted()
      await connection.run(sortStatement(request, {dictionaries}))
    } finally {
      signal.removeEventListener('abort', interrupt)
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

async function hasTwoZeros(connection: DuckDBConnection, request: SortFileRequest): Promise<boolean> {
  const query = zeroQuery(request)
  return query !== undefined && (await connection.runAndReadAll(query)).getRows()[0]?.[0] === true
}
