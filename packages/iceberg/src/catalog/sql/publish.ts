import {commitConflict, formatTableName, hasCode, type TableName} from '@phlo/core'
import type {Access} from './access.js'
import {commitFailed} from './sql-errors.js'
import {insertTable, swapMetadata, type TableRows} from './table-rows.js'

/** A row that is to point at a metadata file which is written already. */
export interface Publication {
  readonly name: TableName
  /** The metadata file. */
  readonly location: string
  /** Deletes the metadata file; called only when the row certainly does not point at it. */
  readonly takeBack: () => Promise<void>
}

/** Adds the row of a new table. */
export async function publishTable({write}: Access, publication: Publication): Promise<void> {
  await change(write, publication, (rows) => insertTable(rows, publication.name, publication.location))
}

/** Lets a table's row point at its next metadata file, if it still points at `base`: the commit. */
export async function swapTable({write}: Access, publication: Publication, base: string): Promise<void> {
  const {name, location, takeBack} = publication
  if (await change(write, publication, (rows) => swapMetadata(rows, name, base, location))) return
  await takeBack()
  throw commitConflict(`Table ${formatTableName(name)} was changed by somebody else meanwhile; nothing was changed.`)
}

async function change<T>(write: Access['write'], {name, takeBack}: Publication, statement: (rows: TableRows) => Promise<T>): Promise<T> {
  try {
    return await write(async (rows) => {
      try {
        return await statement(rows)
      } catch (error) {
        throw commitFailed(rows.catalog, formatTableName(name), error)
      }
    })
  } catch (error) {
    if (!hasCode(error, 'COMMIT_STATE_UNKNOWN')) await takeBack()
    throw error
  }
}
