import {formatBytes, formatCount, type OperationContext, refused, usage} from '@phlo/core'
import {readManifest} from '../../avro/manifest.js'
import {readManifestList} from '../../avro/manifest-list.js'
import {isDeletionVector} from '../../deletes/deletion-vector.js'
import {assertBranch, headOf} from '../../refs.js'
import {partitionKey, partitionNames} from '../../spec/file-partition.js'
import type {DataFile} from '../../spec/manifest.js'
import {numberProperty} from '../../spec/table-properties.js'
import type {IcebergTable} from '../../table.js'
import {assertNotEncrypted, planHeader} from '../plan-header.js'
import type {PlannedDeletes, RewriteDeletesOptions, RewriteDeletesPlan} from './plan-types.js'

/**
 * Decides which delete files are replaced. Reads manifests only.
 *
 * Position deletes of a v2 table are compacted where a partition has enough small files, by the sizes of Spark's
 * `rewrite_position_delete_files`; those of a v3 table all become deletion vectors. With `equality` it is the equality deletes that
 * are replaced, all of them, because only then is it known that none is still needed.
 *
 * @throws PhloError `INVALID_OPTION` (exit 2); `NO_DELETES_IN_V1`, `TABLE_ENCRYPTED` (exit 6)
 */
export async function planRewriteDeletes(
  table: IcebergTable,
  options: RewriteDeletesOptions,
  context: OperationContext,
): Promise<RewriteDeletesPlan> {
  assertBranch(table)
  assertNotEncrypted(table, 'rewriting its deletes')
  const version = table.metadata['format-version']
  if (version === 1) throw refused('NO_DELETES_IN_V1', 'A v1 table has no delete files.')
  const target = options.targetFileSize ?? numberProperty(table.properties, 'write.delete.target-file-size-bytes', 64 * 1024 ** 2, 1)
  const {equality = false, minInputFiles = 5} = options
  if (!(target >= 1) || !(minInputFiles >= 1)) throw usage('INVALID_OPTION', 'targetFileSize and minInputFiles have to be at least 1.')
  context.progress.start('reading manifests')
  const all = await deletesByPartition(table, (file) => (equality ? file.content === 'equality-deletes' : isPositionDeleteFile(file)))
  context.progress.done()
  const isAll = equality || version > 2
  const isSmall = ({size}: {readonly size: number}) => size < target * 0.75
  const groups = isAll
    ? all
    : all
        .map((group) => ({...group, inputs: group.inputs.filter(isSmall)}))
        .filter(({inputs}) => inputs.length > 1 && inputs.length >= minInputFiles)
  const inputs = groups.flatMap((group) => group.inputs)
  const bytes = inputs.reduce((sum, {size}) => sum + size, 0)
  const head = headOf(table)
  const become = version > 2 ? 'deletion vectors' : equality ? 'position deletes' : 'fewer'
  return {
    ...planHeader('rewrite-deletes', table, {...options}, context),
    operation: 'rewrite-deletes',
    noop: inputs.length === 0,
    summary:
      inputs.length === 0
        ? `nothing to do: the table has no ${equality ? 'equality deletes' : version > 2 ? 'position delete files' : 'partition with enough small position delete files'}`
        : `rewrite ${formatCount(inputs.length)} ${equality ? 'equality' : 'position'} delete files (${formatBytes(bytes)}) as ${become}`,
    target: version > 2 ? 'deletion-vectors' : 'position-deletes',
    startingSequenceNumber: head ? String(head['sequence-number']) : null,
    groups,
    inputFiles: inputs.length,
    inputBytes: bytes,
  }
}

const isPositionDeleteFile = (file: DataFile) => file.content === 'position-deletes' && !isDeletionVector(file)

async function deletesByPartition(table: IcebergTable, wanted: (file: DataFile) => boolean): Promise<readonly PlannedDeletes[]> {
  const {io, metadata} = table
  const head = headOf(table)
  const manifests = head ? await readManifestList(io, head, metadata['format-version']) : []
  const nameOf = partitionNames(metadata)
  const groups = new Map<string, {specId: number; partition: string; inputs: PlannedDeletes['inputs'][number][]}>()
  for (const manifest of manifests.filter(({content}) => content === 'deletes')) {
    for await (const {status, dataFile} of readManifest(io, manifest, {metadata})) {
      if (status === 'deleted' || !wanted(dataFile)) continue
      const key = partitionKey(dataFile)
      const group = groups.get(key) ?? {specId: dataFile.specId, partition: nameOf(dataFile), inputs: []}
      group.inputs.push({path: dataFile.filePath, size: dataFile.fileSizeInBytes, rows: dataFile.recordCount})
      groups.set(key, group)
    }
  }
  return [...groups.values()]
}
