import {readManifest} from '../../avro/manifest.js'
import {compareValues} from '../../spec/compare-values.js'
import type {EntryStatus, ManifestEntry, ManifestFile} from '../../spec/manifest.js'
import {type PresentValue, valueFromBytes} from '../../spec/single-value.js'
import type {PrimitiveType, Value} from '../../spec/types.js'
import type {IcebergTable} from '../../table.js'
import type {KnownFields} from './fields.js'
import {error, type Finding, findingOf, note} from './finding.js'

/** What reading a manifest comes to: its live entries, and what is wrong with it as a whole. */
export type Read = {readonly entry: ManifestEntry} | {readonly finding: Finding}

/**
 * The live entries of a manifest, and whether it is what its manifest list says: length, spec, counts, lowest sequence number and
 * partition summaries (spec, "Manifest Lists"). As a stream; memory does not grow with it.
 */
export async function* checkManifest(table: IcebergTable, manifest: ManifestFile, known: KnownFields): AsyncIterable<Read> {
  const {manifestPath: path, manifestLength, partitionSpecId: specId} = manifest
  const found = await table.io.stat(path)
  if (!found) {
    yield {finding: error('MANIFEST_MISSING', path, `The manifest ${path} does not exist.`)}
    return
  }
  if (found.size !== manifestLength) {
    const lengths = `has ${found.size} bytes, and its manifest list says ${manifestLength}`
    yield {finding: error('MANIFEST_LENGTH', path, `The manifest ${path} ${lengths}.`)}
  }
  if (manifest.keyMetadata) yield {finding: note('NOT_CHECKED', path, `The manifest ${path} is encrypted.`)}
  if (manifest.keyMetadata || known.partition(specId) === undefined) return
  const counted = counts()
  const covered = summaries(manifest, known)
  let header: ReadonlyMap<string, string> | undefined
  const context = {metadata: table.metadata, onHeader: (metadata: ReadonlyMap<string, string>) => (header = metadata)}
  try {
    for await (const entry of readManifest(table.io, {...manifest, manifestLength: found.size}, context)) {
      counted.add(entry)
      if (entry.status === 'deleted') continue
      covered.add(entry.dataFile.partition)
      yield {entry}
    }
  } catch (thrown) {
    yield {finding: findingOf(thrown, 'MANIFEST_UNREADABLE', path)}
    return
  }
  const ownSpec = header?.get('partition-spec-id')
  if (ownSpec !== undefined && Number(ownSpec) !== specId) {
    const specs = `was written for partition spec ${ownSpec}, and its manifest list says ${specId}`
    yield {finding: error('MANIFEST_SPEC', path, `The manifest ${path} ${specs}.`)}
  }
  for (const {code, text} of [...counted.problems(manifest), ...covered.problems()]) {
    yield {finding: error(code, path, `The manifest ${path} ${text}.`)}
  }
}

interface Problem {
  readonly code: string
  readonly text: string
}

function counts() {
  const files: Record<EntryStatus, number> = {added: 0, existing: 0, deleted: 0}
  const rows: Record<EntryStatus, number> = {added: 0, existing: 0, deleted: 0}
  let lowest: bigint | undefined
  return {
    add({status, sequenceNumber, dataFile}: ManifestEntry) {
      files[status] += 1
      rows[status] += dataFile.recordCount
      if (status !== 'deleted' && (lowest === undefined || sequenceNumber < lowest)) lowest = sequenceNumber
    },
    *problems(manifest: ManifestFile): Iterable<Problem> {
      for (const [what, found, said] of [
        ['added files', files.added, manifest.addedFilesCount],
        ['existing files', files.existing, manifest.existingFilesCount],
        ['deleted files', files.deleted, manifest.deletedFilesCount],
        ['added rows', rows.added, manifest.addedRowsCount],
        ['existing rows', rows.existing, manifest.existingRowsCount],
        ['deleted rows', rows.deleted, manifest.deletedRowsCount],
      ] as const) {
        if (found !== said) yield {code: 'MANIFEST_COUNTS', text: `has ${found} ${what}, and its manifest list says ${said}`}
      }
      // A number that is too low costs a look at deletes that do not apply; one that is too high hides those that do.
      if (lowest !== undefined && lowest < manifest.minSequenceNumber) {
        const numbers = `has a file of sequence number ${lowest}, and its manifest list says that ${manifest.minSequenceNumber} is the lowest`
        yield {code: 'MIN_SEQUENCE_NUMBER', text: numbers}
      }
    },
  }
}

/** Summaries may be wider than the partitions that they are about; a scan passes over a manifest whose summaries are narrower. */
function summaries({partitions, partitionSpecId}: ManifestFile, known: KnownFields) {
  const fields = known.partition(partitionSpecId) ?? []
  const outside = new Set<string>()
  const tests = fields.map(({type, name}, index) => {
    const summary = partitions?.[index]
    if (!summary) return () => {}
    const bounds = [readBound(type, summary.lowerBound), readBound(type, summary.upperBound)]
    const compare = compareValues(type)
    return (value: Value) => {
      const [lower, upper] = bounds
      const isInside =
        value === null
          ? summary.containsNull
          : Number.isNaN(value)
            ? summary.containsNan !== false
            : type === 'unknown' || (lower !== undefined && upper !== undefined && compare(lower, value) <= 0 && compare(value, upper) <= 0)
      if (!isInside) outside.add(name)
    }
  })
  return {
    add(partition: readonly Value[]) {
      for (const [index, test] of tests.entries()) test(partition[index] ?? null)
    },
    *problems(): Iterable<Problem> {
      if (partitions !== undefined && partitions.length !== fields.length) {
        yield {code: 'PARTITION_SUMMARY', text: `has ${fields.length} partition fields, and its manifest list sums up ${partitions.length}`}
        return
      }
      for (const name of outside) {
        yield {code: 'PARTITION_SUMMARY', text: `has values of partition field ${name} that its manifest list says it has not`}
      }
    },
  }
}

/** A bound that is not a value of the type bounds nothing. */
export function readBound(type: PrimitiveType, bytes: Uint8Array | undefined): PresentValue | undefined {
  try {
    return bytes && valueFromBytes(type, bytes)
  } catch {
    return undefined
  }
}
