import {messageOf} from '@phlo/core'
import {type FileDiff, type IcebergTable, icebergTable} from '@phlo/iceberg'
import {formatKey} from '../api/keys.js'
import type {Ref} from '../api/ref.js'
import {type Content, type Difference, isTable, type Key} from '../api/types.js'
import {batches} from '../batches.js'
import type {NessieLakehouse} from '../lakehouse/nessie-lakehouse.js'
import {loadTable} from '../lakehouse/tables.js'
import {diffTables, figuresOf, type TableDifference} from './diff-tables.js'

/** Something that one reference has otherwise than another. */
export interface EntryDifference {
  readonly name: string
  /** `table`, `view`, `namespace`, or as Nessie calls it. */
  readonly kind: string
  readonly change: 'added' | 'removed' | 'changed'
  /** What of a table that both have is changed. */
  readonly table?: TableDifference
  /** What of files a table has that only one of them has. */
  readonly files?: Pick<FileDiff, 'dataFiles' | 'deleteFiles'>
  /** Why what is changed cannot be told: its metadata or a manifest is gone. */
  readonly problem?: string
}

/** Tables that are read at the same time. */
const TOGETHER = 8

/** What the second state of a catalog has otherwise than the first, by name. The server says where the metadata of each table is, and is asked no more. */
export async function* diffReferences(lake: NessieLakehouse, from: Ref, to: Ref): AsyncGenerator<EntryDifference> {
  for await (const some of batches(lake.nessie.diff(from, to), TOGETHER)) {
    yield* await Promise.all(some.map((difference) => entryDifference(lake, difference)))
  }
}

async function entryDifference(lake: NessieLakehouse, difference: Difference): Promise<EntryDifference> {
  const {key, from: before, to: after} = difference
  const kind = kindOf((after ?? before)?.type ?? 'UNKNOWN')
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  return {name: formatKey(key), kind, change, ...(await inTable(lake, difference))}
}

async function inTable(
  lake: NessieLakehouse,
  {key, from: before, to: after}: Difference,
): Promise<Pick<EntryDifference, 'table' | 'files' | 'problem'>> {
  try {
    const [old, now] = await Promise.all([tableOf(lake, key, before), tableOf(lake, key, after)])
    if (old && now) return {table: await diffTables(old, now)}
    const only = old ?? now
    return only ? {files: await figuresOf(only)} : {}
  } catch (error) {
    return {problem: messageOf(error)}
  }
}

async function tableOf(lake: NessieLakehouse, key: Key, content: Content | undefined): Promise<IcebergTable | undefined> {
  if (!isTable(content)) return undefined
  return icebergTable(lake.catalog, {namespace: key.slice(0, -1), name: key.at(-1) ?? ''}, await loadTable(content.metadataLocation, lake))
}

const KINDS: Readonly<Record<string, string>> = {ICEBERG_TABLE: 'table', ICEBERG_VIEW: 'view', NAMESPACE: 'namespace'}

/** What people call a type of content. */
export const kindOf = (type: string) => KINDS[type] ?? type.toLowerCase().replaceAll('_', ' ')
