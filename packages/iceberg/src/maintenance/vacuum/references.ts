import type {OperationContext} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import type {IcebergTable} from '../../table.js'
import {manifestsOf} from '../manifests-of.js'
import {parseLocation} from './location.js'
import type {ResolvedVacuumOptions} from './options.js'

/** Every path that the table's metadata refers to, with the prefixes under which it does. */
export type References = ReadonlyMap<string, readonly string[]>

/**
 * Collects what the table refers to: its metadata file and the logged ones, the manifest lists, manifests and live files of all
 * its snapshots, and statistics. Anything that cannot be read is an error: an incomplete answer would delete live files.
 */
export async function referencesOf(table: IcebergTable, options: ResolvedVacuumOptions, context: OperationContext): Promise<References> {
  const {metadata} = table
  const references = new Map<string, string[]>()
  const add = (text: string) => {
    const {prefix, path} = parseLocation(text, options)
    const known = references.get(path)
    if (!known) references.set(path, [prefix])
    else if (!known.includes(prefix)) known.push(prefix)
  }
  add(table.metadataLocation)
  add(`${table.location}/metadata/version-hint.text`)
  for (const entry of metadata['metadata-log']) add(entry['metadata-file'])
  for (const file of metadata.statistics ?? []) add(file['statistics-path'])
  for (const file of metadata['partition-statistics'] ?? []) add(file['statistics-path'])
  context.progress.start('reading manifest lists', metadata.snapshots.length)
  const {manifests, lists} = await manifestsOf(table, metadata.snapshots, context)
  context.progress.done()
  for (const list of lists) add(list)
  context.progress.start('reading manifests', manifests.size)
  for (const manifest of manifests.values()) {
    context.signal.throwIfAborted()
    add(manifest.manifestPath)
    for await (const {status, dataFile} of readManifest(table.io, manifest, {metadata})) {
      if (status !== 'deleted') add(dataFile.filePath)
    }
    context.progress.advance()
  }
  context.progress.done()
  return references
}

export type Standing = 'referenced' | 'orphan' | 'mismatch'

/** Whether a file is referenced, an orphan, or referenced only under another scheme or authority. */
export function standingOf(file: string, references: References, options: ResolvedVacuumOptions): Standing {
  const {prefix, path} = parseLocation(file, options)
  const prefixes = references.get(path)
  if (!prefixes) return 'orphan'
  return prefixes.includes(prefix) ? 'referenced' : 'mismatch'
}
