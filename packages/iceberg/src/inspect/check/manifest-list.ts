import type {ManifestFile} from '../../spec/manifest.js'
import type {Snapshot, TableMetadata} from '../../spec/table-metadata.js'
import {error, type Finding, warning} from './finding.js'

/** Checks what a manifest list says of its manifests, before any of them is read (spec, "Manifest Lists"). */
export function* checkManifestList(metadata: TableMetadata, snapshot: Snapshot, manifests: readonly ManifestFile[]): Iterable<Finding> {
  const specs = new Set(metadata['partition-specs'].map((spec) => spec['spec-id']))
  const assignsRowIds = snapshot['first-row-id'] !== undefined
  const nextRowId = metadata['next-row-id'] ?? 0n
  const id = snapshot['snapshot-id']
  const number = snapshot['sequence-number']
  yield* checkTotals(snapshot, manifests)
  const seen = new Set<string>()
  for (const manifest of manifests) {
    const {manifestPath: path, partitionSpecId: specId, sequenceNumber, firstRowId, content} = manifest
    if (seen.has(path)) yield error('MANIFEST_TWICE', path, `Snapshot ${id} lists the manifest ${path} twice.`)
    seen.add(path)
    if (!specs.has(specId)) {
      yield error('MANIFEST_SPEC', path, `The manifest ${path} is of partition spec ${specId}, which the metadata does not have.`)
    }
    if (sequenceNumber > number || manifest.minSequenceNumber > sequenceNumber) {
      const numbers = `${sequenceNumber}, with ${manifest.minSequenceNumber} as the lowest of its files`
      yield error('SEQUENCE_NUMBER', path, `The manifest ${path} has sequence number ${numbers}, in snapshot ${id} of number ${number}.`)
    }
    if (content !== 'data' || !assignsRowIds) continue
    if (firstRowId === undefined) {
      yield error('FIRST_ROW_ID_MISSING', path, `The manifest ${path} has no first row id in snapshot ${id}, which assigns them.`)
    } else if (firstRowId > nextRowId) {
      yield error('NEXT_ROW_ID', path, `The manifest ${path} begins at row id ${firstRowId}, and next-row-id is ${nextRowId}.`)
    }
  }
}

/** The totals of a snapshot's summary are what engines estimate by, and what the next commit counts on from. */
function* checkTotals({'snapshot-id': id, summary = {}}: Snapshot, manifests: readonly ManifestFile[]): Iterable<Finding> {
  const data = manifests.filter(({content}) => content === 'data')
  const deletes = manifests.filter(({content}) => content === 'deletes')
  for (const [key, found] of [
    ['total-data-files', sum(data, ({addedFilesCount, existingFilesCount}) => addedFilesCount + existingFilesCount)],
    ['total-delete-files', sum(deletes, ({addedFilesCount, existingFilesCount}) => addedFilesCount + existingFilesCount)],
    ['total-records', sum(data, ({addedRowsCount, existingRowsCount}) => addedRowsCount + existingRowsCount)],
  ] as const) {
    if (summary[key] === undefined || summary[key] === String(found)) continue
    yield warning('SUMMARY_TOTALS', String(id), `The summary of snapshot ${id} has ${summary[key]} for ${key}, and its manifests ${found}.`)
  }
}

const sum = (manifests: readonly ManifestFile[], of: (manifest: ManifestFile) => number) =>
  manifests.reduce((total, manifest) => total + of(manifest), 0)
