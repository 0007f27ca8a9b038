import {randomUUID} from 'node:crypto'
import type {Table} from '@aws-sdk/client-glue'
import {formatTableName, hasCode, type TableName} from '@phlo/core'
import {tableOf} from './names.js'
import {type Entries, isAt, type Renaming, told} from './rename-state.js'
import {metadataLocationOf, renamedInput, restoredInput, withoutMetadata} from './table-input.js'

/** Codes that prove that an attempt before, whose answer was lost, can no longer be done. */
const OVERTAKEN = ['ALREADY_EXISTS', 'COMMIT_CONFLICT', 'TABLE_NOT_FOUND']

/**
 * Gives a table of Glue another name, which Glue itself cannot do: the entry is copied, the old one gives up its metadata if it still is
 * the one that was copied (whoever commits to the old name meanwhile must not lose it), and is removed. A mark in both tells which are of
 * this renaming. What fails is taken back.
 *
 * @throws PhloError the failure, with what is at both names afterwards and the next command about it
 */
export async function renameEntry(entries: Entries, from: TableName, to: TableName, entry: Table): Promise<void> {
  const renaming: Renaming = {entries, from, to, mark: randomUUID()}
  try {
    const copy = renamedInput(tableOf(to).Name, entry, renaming.mark)
    await settled(
      () => entries.insert(to, copy),
      () => isAt(renaming, to, 'copied'),
    )
  } catch (error) {
    throw hasCode(error, 'COMMIT_STATE_UNKNOWN') ? await told(error, renaming) : error
  }
  try {
    await retire(renaming, from, entry)
  } catch (error) {
    if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await takeBackCopy(renaming, entry)
    throw await told(error, renaming)
  }
  try {
    await settled(
      () => entries.remove(from),
      () => isAt(renaming, from, 'gone'),
    )
  } catch (error) {
    // Somebody else has done it.
    if (hasCode(error, 'TABLE_NOT_FOUND')) return
    if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await takeBack(renaming, entry)
    throw await told(error, renaming)
  }
}

/** An entry gives up its metadata, if it still is of that version. */
const retire = (renaming: Renaming, name: TableName, entry: Table) =>
  settled(
    () => renaming.entries.update(name, entry, withoutMetadata(entry, formatTableName(renaming.to), renaming.mark)),
    () => isAt(renaming, name, 'retired'),
  )

/** The old name has its metadata again, and the new one goes, unless somebody has committed to it already. */
async function takeBack(renaming: Renaming, entry: Table): Promise<void> {
  const {entries, from, to} = renaming
  try {
    const [old, copy] = await Promise.all([entries.read(from), entries.read(to)])
    if (metadataLocationOf(copy) !== metadataLocationOf(entry) || !(await isAt(renaming, from, 'retired'))) return
    await entries.update(from, old, restoredInput(entry))
    await takeBackCopy(renaming, entry)
  } catch {
    // Whatever failed, the names are looked at next.
  }
}

/** The new name goes, unless it is of somebody else or somebody has committed to it already. */
async function takeBackCopy(renaming: Renaming, entry: Table): Promise<void> {
  const {entries, to} = renaming
  try {
    const copy = await entries.read(to)
    if (metadataLocationOf(copy) !== metadataLocationOf(entry) || !(await isAt(renaming, to, 'copied'))) return
    await retire(renaming, to, copy).catch((error: unknown) => {
      // Who may not update may remove all the same.
      if (!hasCode(error, 'CATALOG_FORBIDDEN')) throw error
    })
    await entries.remove(to)
  } catch {
    // Whatever failed, the names are looked at next.
  }
}

/**
 * Does what may end without an answer. None of it can be done twice, so that a second attempt does what the first did not, or tells that
 * it is done or overtaken.
 */
async function settled(change: () => Promise<void>, isDone: () => Promise<boolean>): Promise<void> {
  try {
    await change()
  } catch (error) {
    if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) throw error
    try {
      await change()
    } catch (again) {
      const seen = await isDone().catch(() => undefined)
      if (seen) return
      throw seen === false && OVERTAKEN.some((code) => hasCode(again, code)) ? again : error
    }
  }
}
