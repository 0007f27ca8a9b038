import type {TableName} from '@phlo/core'
import type {TableCommit} from '@phlo/iceberg/catalog'
import type {NessieApi} from '../api/nessie-api.js'
import {isTable, type Key, type LogEntry, type Operation} from '../api/types.js'
import {commitOf} from '../lakehouse/branch-manager.js'
import {contentsAt, type Place} from '../lakehouse/place.js'

/** Commits of one table that are asked for at a time. */
const PAGE = 50

/**
 * The commits of a place that put a table, youngest first, under the names that it had. The server looks for them, and sends no others; no page is
 * asked for before it is needed.
 */
export async function* tableCommits(api: NessieApi, place: Place, {namespace, name}: TableName): AsyncGenerator<TableCommit> {
  let key: Key = [...namespace, name]
  const {reference, get} = await contentsAt(api, place, [key])
  const {id} = get(key) ?? {}
  let from: string | undefined = reference.hash
  while (from !== undefined) {
    const before: Earlier = yield* commitsUnder(api, from, key, id)
    from = before?.hash
    key = before?.key ?? key
  }
}

/** A state in which the table had another name. */
type Earlier = {readonly hash: string; readonly key: Key} | undefined

async function* commitsUnder(api: NessieApi, from: string, key: Key, id: string | undefined): AsyncGenerator<TableCommit, Earlier> {
  const filter = `operations.exists(op, op.name == ${JSON.stringify(key.at(-1))})`
  let held: {readonly entry: LogEntry; readonly put: Put} | undefined
  for await (const entry of api.log(api.ref(from), {pageSize: PAGE, filter})) {
    const put = putOf(entry, key)
    // A table that had the name before is another one.
    if (put ? put.content.id !== id : entry.operations.some((operation) => operation.type === 'DELETE' && isKey(operation.key, key))) break
    if (!put) continue
    if (held) yield tableCommit(held, key, false)
    held = {entry, put}
    const earlier = await nameBefore(api, entry, id)
    if (!earlier) continue
    yield tableCommit(held, key, false)
    return earlier
  }
  if (held) yield tableCommit(held, key, await isAbsentBefore(api, held.entry, key))
  return undefined
}

type Put = Extract<Operation, {readonly type: 'PUT'}>

const putOf = ({operations}: LogEntry, key: Key): Put | undefined =>
  operations.find((operation): operation is Put => operation.type === 'PUT' && isKey(operation.key, key))

const isKey = (one: Key, other: Key) => one.length === other.length && one.every((level, at) => level === other[at])

function tableCommit({entry, put: {content}}: {readonly entry: LogEntry; readonly put: Put}, key: Key, isBeginning: boolean): TableCommit {
  const {metadataLocation = '', schemaId} = isTable(content) ? content : {schemaId: 0}
  const [, merged] = entry.meta.parentCommitHashes ?? []
  const name = {namespace: key.slice(0, -1), name: key.at(-1) ?? ''}
  return {...commitOf(entry), name, metadataLocation, schemaId, isBeginning, ...(merged !== undefined && {merged})}
}

/** Where a commit that renamed the table took it from: a key that it deleted, and that had the same table. */
async function nameBefore(api: NessieApi, {operations, parentHash}: LogEntry, id: string | undefined): Promise<Earlier> {
  const deleted = operations.flatMap((operation) => (operation.type === 'DELETE' ? [operation.key] : []))
  if (deleted.length === 0 || parentHash === undefined || parentHash === api.server.noAncestorHash) return undefined
  const {get} = await api.contents(api.ref(parentHash), deleted)
  const key = deleted.find((candidate) => get(candidate)?.id === id)
  return key && {hash: parentHash, key}
}

/** A commit without one before it is where the log was cut: a table has a namespace, which was made earlier. */
async function isAbsentBefore(api: NessieApi, {parentHash, meta}: LogEntry, key: Key): Promise<boolean> {
  if (parentHash === undefined || parentHash === api.server.noAncestorHash) return (meta.parentCommitHashes?.length ?? 0) > 1
  return (await api.contents(api.ref(parentHash), [key])).get(key) === undefined
}
