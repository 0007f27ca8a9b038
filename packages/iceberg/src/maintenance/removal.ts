import {randomUUID} from 'node:crypto'
import {ExitCode, type FileIO, messageOf, type OperationContext, PhloError, type PlannedFile, unavailable} from '@phlo/core'
import {metadataFolder} from '../commit/manifests.js'
import type {IcebergTable} from '../table.js'
import {assertWritable} from './plan-header.js'

/** The folder of a table that has its quarantined files. */
export const QUARANTINE = '_phlo_quarantine'

/** Where quarantined files of a table lie, one folder for each removal. */
export const quarantineFolder = (table: IcebergTable) => `${table.location}/${QUARANTINE}`

export interface Removed {
  readonly removed: number
  /** Bytes. */
  readonly bytes: number
  /** Files that could not be deleted or moved; they are still where they were. */
  readonly failed: readonly {readonly path: string; readonly error: string}[]
  /** By what `restore-files` brings them back; null when they were deleted. */
  readonly quarantine: string | null
}

/** What was moved where; it is written before the first move, so that a crash loses track of nothing. */
interface QuarantineManifest {
  readonly id: string
  readonly table: string
  readonly createdAt: string
  readonly files: readonly {readonly from: string; readonly to: string; readonly size: number}[]
}

const encode = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`)

async function writeWhole(io: FileIO, path: string, value: unknown): Promise<void> {
  const file = await io.create(path)
  try {
    await file.write(encode(value))
    await file.close()
  } catch (error) {
    await file.abort()
    throw error
  }
}

/**
 * Deletes files that nothing refers to any more, or moves them into the table's quarantine. Either way a journal that names
 * them all is durable before the first one goes.
 *
 * @param groups none is begun before those that stand before it are done; within one there is no order
 */
export async function removeFiles(
  table: IcebergTable,
  groups: readonly (readonly PlannedFile[])[],
  mode: 'delete' | 'quarantine',
  context: OperationContext,
): Promise<Removed> {
  if (groups.every(({length}) => length === 0)) return {removed: 0, bytes: 0, failed: [], quarantine: null}
  return mode === 'delete' ? deleteFiles(table, groups, context) : quarantineFiles(table, groups, context)
}

/** At most so many of one group, in their order. */
function* together<Item>(groups: readonly (readonly Item[])[], most: number): Generator<readonly Item[]> {
  for (const group of groups) for (let at = 0; at < group.length; at += most) yield group.slice(at, at + most)
}

/** A store deletes a thousand at a time, several times at once; between these batches an interrupt is heard. */
const DELETED_TOGETHER = 8000
/** A move in S3 is four requests. */
const MOVED_TOGETHER = 16

async function deleteFiles(table: IcebergTable, groups: readonly (readonly PlannedFile[])[], context: OperationContext): Promise<Removed> {
  const files = groups.flat()
  const journal = `${metadataFolder(table)}/phlo-deletion-${randomUUID()}.json`
  await writeWhole(table.io, journal, {createdAt: new Date(context.clock.now()).toISOString(), files: files.map(({path}) => path)})
  const failed: {path: string; error: string}[] = []
  context.progress.start('deleting files', files.length)
  for (const batch of together(groups, DELETED_TOGETHER)) {
    context.signal.throwIfAborted()
    failed.push(...(await table.io.delete(batch.map(({path}) => path))))
    context.progress.advance(batch.length)
  }
  context.progress.done()
  if (failed.length === 0) await table.io.delete([journal])
  return {...tally(files, failed), failed, quarantine: null}
}

async function quarantineFiles(
  table: IcebergTable,
  groups: readonly (readonly PlannedFile[])[],
  context: OperationContext,
): Promise<Removed> {
  const id = randomUUID()
  const folder = `${quarantineFolder(table)}/${id}`
  let index = 0
  const moveOf = ({path, size}: PlannedFile): Move => ({
    from: path,
    to: `${folder}/${index++}-${path.slice(path.lastIndexOf('/') + 1)}`,
    size,
  })
  const moves = groups.map((group) => group.map(moveOf))
  const files = groups.flat()
  const createdAt = new Date(context.clock.now()).toISOString()
  const manifest: QuarantineManifest = {id, table: table.metadata['table-uuid'], createdAt, files: moves.flat()}
  await writeWhole(table.io, `${folder}/files.json`, manifest)
  context.progress.start('moving files to quarantine', files.length)
  const failed = await moveAll(moves, context, ({from, to}) => table.io.move(from, to))
  context.progress.done()
  return {...tally(files, failed), failed, quarantine: id}
}

type Move = QuarantineManifest['files'][number]

/** Ends after a few moves when it is interrupted, and never while one is being made. Gives those that failed. */
async function moveAll(
  groups: readonly (readonly Move[])[],
  context: OperationContext,
  work: (move: Move) => Promise<void>,
): Promise<readonly {readonly path: string; readonly error: string}[]> {
  const failed: {path: string; error: string}[] = []
  for (const batch of together(groups, MOVED_TOGETHER)) {
    context.signal.throwIfAborted()
    await Promise.all(batch.map((move) => work(move).catch((error: unknown) => failed.push({path: move.from, error: messageOf(error)}))))
    context.progress.advance(batch.length)
  }
  return failed
}

function tally(files: readonly PlannedFile[], failed: readonly {readonly path: string}[]): {removed: number; bytes: number} {
  const lost = new Set(failed.map(({path}) => path))
  const gone = files.filter(({path}) => !lost.has(path))
  return {removed: gone.length, bytes: gone.reduce((sum, {size}) => sum + size, 0)}
}

/** A removal that can be taken back. */
export interface QuarantineEntry {
  readonly id: string
  readonly createdAt: string
  readonly files: number
  /** Bytes. */
  readonly bytes: number
}

/** What the table's quarantine holds, oldest first. */
export async function listQuarantine(table: IcebergTable): Promise<readonly QuarantineEntry[]> {
  const entries: QuarantineEntry[] = []
  for await (const page of table.io.list(`${quarantineFolder(table)}/`)) {
    for (const {path} of page) {
      if (!path.endsWith('/files.json')) continue
      const {id, createdAt, files} = await readManifest(table, path)
      entries.push({id, createdAt, files: files.length, bytes: files.reduce((sum, {size}) => sum + size, 0)})
    }
  }
  return entries.sort((a, b) => a.createdAt.localeCompare(b.createdAt))
}

async function readManifest(table: IcebergTable, path: string): Promise<QuarantineManifest> {
  try {
    return JSON.parse(new TextDecoder().decode(await table.io.readAll(path))) as QuarantineManifest
  } catch (cause) {
    throw unavailable('QUARANTINE_CORRUPT', `The list of quarantined files ${path} cannot be read.`, {cause})
  }
}

/**
 * Moves quarantined files back to where they were. A file whose place is taken stays in quarantine and is reported; the list is
 * removed when all are back, so that the call can be repeated.
 *
 * @throws PhloError `QUARANTINE_NOT_FOUND`
 */
export async function restoreFiles(table: IcebergTable, id: string, context: OperationContext): Promise<Removed> {
  assertWritable(table)
  const folder = `${quarantineFolder(table)}/${id}`
  if (!(await table.io.stat(`${folder}/files.json`))) {
    const known = (await listQuarantine(table)).map((entry) => entry.id)
    throw new PhloError(`The quarantine of ${table.name.name} has no removal ${id}.`, {
      code: 'QUARANTINE_NOT_FOUND',
      exit: ExitCode.usage,
      suggestions: known.length > 0 ? [`it has ${known.join(', ')}`] : ['it is empty'],
    })
  }
  const {files} = await readManifest(table, `${folder}/files.json`)
  context.progress.start('restoring files', files.length)
  const failed = await moveAll([files], context, async ({from, to}) => {
    // A move that a crash cut off before this file: it never left.
    if (await table.io.stat(to)) await table.io.move(to, from)
  })
  context.progress.done()
  if (failed.length === 0) await table.io.delete([`${folder}/files.json`])
  return {
    ...tally(
      files.map(({from, size}) => ({path: from, size})),
      failed,
    ),
    failed,
    quarantine: id,
  }
}
