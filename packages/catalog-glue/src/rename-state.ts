import type {Table, TableInput} from '@aws-sdk/client-glue'
import {formatTableName, isPhloError, PhloError, type TableName} from '@phlo/core'
import {tableOf} from './names.js'
import {metadataLocationOf, renamingOf} from './table-input.js'

/** What a renaming is made of. Each throws `COMMIT_STATE_UNKNOWN` when nobody knows whether it was done. */
export interface Entries {
  /** @throws PhloError `TABLE_NOT_FOUND` */
  read(name: TableName): Promise<Table>
  /** @throws PhloError `ALREADY_EXISTS` */
  insert(name: TableName, input: TableInput): Promise<void>
  /** @throws PhloError `COMMIT_CONFLICT` when the table is not of that version any more; `TABLE_NOT_FOUND` */
  update(name: TableName, before: Table, input: TableInput): Promise<void>
  /** @throws PhloError `TABLE_NOT_FOUND` */
  remove(name: TableName): Promise<void>
}

export interface Renaming {
  readonly entries: Entries
  readonly from: TableName
  readonly to: TableName
  /** What its entries have in their parameters. */
  readonly mark: string
}

/** `copied`: the table, by this renaming. `retired`: without its metadata, by this renaming. `table`, `other`: what it has not made. */
type State = 'gone' | 'copied' | 'retired' | 'table' | 'other'

/** Whether this is what a name is now. */
export const isAt = async (renaming: Renaming, name: TableName, state: State) => (await stateOf(renaming, name)) === state

async function stateOf({entries, mark}: Renaming, name: TableName): Promise<State> {
  try {
    const entry = await entries.read(name)
    const isTable = metadataLocationOf(entry) !== undefined
    if (renamingOf(entry)?.mark === mark) return isTable ? 'copied' : 'retired'
    return isTable ? 'table' : 'other'
  } catch (error) {
    if (isPhloError(error) && error.code === 'TABLE_NOT_FOUND') return 'gone'
    throw error
  }
}

const WORDS: Readonly<Record<State | 'unseen', string>> = {
  gone: 'is not there',
  copied: 'is the table under its new name',
  retired: 'is an entry without metadata, which nobody can open',
  table: 'is a table',
  other: 'is no table',
  unseen: 'could not be looked at',
}

/** A failure, with what is at both names after it, and the next commands about it. */
export async function told(error: unknown, renaming: Renaming): Promise<unknown> {
  if (!isPhloError(error)) return error
  const {from, to} = renaming
  const [old, copy] = await Promise.all([from, to].map((name) => stateOf(renaming, name).catch(() => 'unseen' as const)))
  const [oldName, newName] = [formatTableName(from), formatTableName(to)]
  const suggestions = [
    ...(old === 'unseen' || copy === 'unseen' || copy === 'copied' ? [`phlo table show ${oldName}`, `phlo table show ${newName}`] : []),
    ...(old === 'table' && copy === 'copied' ? [`phlo table drop ${newName}`] : []),
    ...(old === 'retired' ? [deletionOf(from)] : []),
    ...(copy === 'retired' ? [deletionOf(to)] : []),
  ]
  const {message, code, exit} = error
  const now = `Now ${oldName} ${WORDS[old ?? 'unseen']}, and ${newName} ${WORDS[copy ?? 'unseen']}.`
  return new PhloError(`${message} ${now}`, {code, exit, suggestions, cause: error.cause})
}

/** What removes an entry that is no table of Iceberg. */
export function deletionOf(name: TableName): string {
  const {DatabaseName, Name} = tableOf(name)
  return `aws glue delete-table --database-name ${DatabaseName} --name ${Name}`
}
