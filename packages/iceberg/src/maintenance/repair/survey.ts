import type {OperationContext} from '@phlo/core'
import {readManifestList} from '../../avro/manifest-list.js'
import {snapshotSummary} from '../../commit/summary.js'
import {knownFields} from '../../inspect/check/fields.js'
import {fileLayouts} from '../../inspect/check/file.js'
import type {Finding} from '../../inspect/check/finding.js'
import {metricsConfig} from '../../parquet/metrics-config.js'
import {headOf} from '../../refs.js'
import {currentSchema} from '../../spec/current.js'
import {type DataFile, fileIdentity, type ManifestEntry, type ManifestFile} from '../../spec/manifest.js'
import type {SnapshotSummary} from '../../spec/table-metadata.js'
import type {IcebergTable} from '../../table.js'
import {type ExaminedBy, type ExaminedFile, examineFile} from './examine-file.js'
import {type ExaminedManifest, examineManifest} from './examine-manifest.js'

const FILES_AT_A_TIME = 32

/** A file whose entry is wrong. */
export interface Wrong {
  readonly entry: ManifestEntry
  readonly mended: DataFile
  readonly changes: readonly string[]
}

/** What is wrong with the head of a table's ref. */
export interface Survey {
  /** Those of the list, in its order. */
  readonly manifests: readonly ExaminedManifest[]
  /** By file identity. */
  readonly wrong: ReadonlyMap<string, Wrong>
  readonly missing: ReadonlyMap<string, ManifestEntry>
  /** The totals of a summary, over all live files as they are mended. */
  readonly totals: SnapshotSummary
  readonly left: readonly Finding[]
}

/**
 * Reads every manifest of the head, and looks at every live file. Memory grows with what is wrong and with the files of one
 * manifest.
 *
 * @param only identities of files: others are not looked at. Default: all.
 * @throws PhloError `MANIFEST_LOST` (exit 6); those of `readManifestList`
 */
export async function surveyTable(table: IcebergTable, context: OperationContext, only?: ReadonlySet<string>): Promise<Survey> {
  const {metadata, properties, io} = table
  const head = headOf(table)
  const listed: readonly ManifestFile[] = head ? await readManifestList(io, head, metadata['format-version']) : []
  const known = knownFields(metadata)
  const by: ExaminedBy = {layouts: fileLayouts(metadata, known), metrics: metricsConfig(properties, currentSchema(metadata))}
  const manifests: ExaminedManifest[] = []
  const wrong = new Map<string, Wrong>()
  const missing = new Map<string, ManifestEntry>()
  const left: Finding[] = []
  let totals = snapshotSummary('replace', {added: [], removed: []}, undefined)
  const {default: pMap} = await import('p-map')
  const stated = head?.summary?.['total-data-files']
  context.progress.start('looking at files', only?.size ?? (stated === undefined ? undefined : Number(stated)))
  for (const manifest of listed) {
    const live: ManifestEntry[] = []
    const examined = await examineManifest(table, manifest, known, (entry) => {
      live.push(entry)
    })
    manifests.push(examined)
    left.push(...examined.left)
    const files = await pMap(live, (entry) => look(table, entry, by, context, only), {concurrency: FILES_AT_A_TIME})
    const said = files.map((file, index) => {
      const entry = live[index] as ManifestEntry
      const identity = fileIdentity(entry.dataFile)
      if (file?.missing) missing.set(identity, entry)
      if (!file || file.missing) return entry.dataFile
      left.push(...file.left)
      if (file.changes.length > 0) wrong.set(identity, {entry, mended: file.dataFile, changes: file.changes})
      return file.dataFile
    })
    totals = snapshotSummary('replace', {added: said, removed: []}, totals)
  }
  context.progress.done()
  return {manifests, wrong, missing, totals, left}
}

async function look(
  table: IcebergTable,
  {dataFile}: ManifestEntry,
  by: ExaminedBy,
  {signal, progress}: OperationContext,
  only: ReadonlySet<string> | undefined,
): Promise<ExaminedFile | undefined> {
  signal.throwIfAborted()
  if (only && !only.has(fileIdentity(dataFile))) return undefined
  const examined = await examineFile(table, dataFile, by)
  progress.advance()
  return examined
}
