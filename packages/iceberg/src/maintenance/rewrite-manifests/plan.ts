import {formatBytes, formatCount, type OperationContext, usage} from '@phlo/core'
import {readManifestList} from '../../avro/manifest-list.js'
import {assertBranch, headOf} from '../../refs.js'
import {partitionSpecById} from '../../spec/current.js'
import type {ManifestFile} from '../../spec/manifest.js'
import {numberProperty} from '../../spec/table-properties.js'
import type {IcebergTable} from '../../table.js'
import {planHeader} from '../plan-header.js'
import type {PlannedManifests, RewriteManifestsOptions, RewriteManifestsPlan} from './plan-types.js'

/**
 * Decides which manifests are written anew. Reads the manifest list only. Without an order that was asked for, manifests are
 * optimal when no more than half of them could be saved: a second run has nothing to do.
 *
 * @throws PhloError `SPEC_NOT_FOUND`, `PARTITION_FIELD_NOT_FOUND`, `INVALID_OPTION` (exit 2)
 */
export async function planRewriteManifests(
  table: IcebergTable,
  options: RewriteManifestsOptions,
  context: OperationContext,
): Promise<RewriteManifestsPlan> {
  assertBranch(table)
  const {metadata, properties, io} = table
  const specId = options.specId ?? metadata['default-spec-id']
  const names = fieldNames(table, specId)
  const sortBy = options.sortBy ?? names
  for (const name of sortBy) {
    if (!names.includes(name)) {
      throw usage('PARTITION_FIELD_NOT_FOUND', `Partition spec ${specId} has no field ${name}.`, [
        names.length > 0 ? `its fields are ${names.join(', ')}` : 'the table is not partitioned',
      ])
    }
  }
  const target = options.targetManifestSize ?? numberProperty(properties, 'commit.manifest.target-size-bytes', 8 * 1024 ** 2, 1)
  if (!(target >= 1)) throw usage('INVALID_OPTION', `The target size of manifests has to be at least 1 byte, and is ${target}.`)
  const head = headOf(table)
  const manifests = head ? await readManifestList(io, head, metadata['format-version']) : []
  const rewrites = (['data', 'deletes'] as const).flatMap((content): PlannedManifests[] => {
    const own = manifests.filter((manifest) => manifest.content === content && manifest.partitionSpecId === specId)
    const outputs = expectedManifests(own, target)
    const isWorthwhile = own.length > 1 && own.length >= 2 * outputs
    return isWorthwhile || (options.sortBy && own.length > 0) ? [{content, inputs: own.map(input), outputs}] : []
  })
  const inputs = rewrites.flatMap((rewrite) => rewrite.inputs)
  const outputs = rewrites.reduce((sum, rewrite) => sum + rewrite.outputs, 0)
  return {
    ...planHeader('rewrite-manifests', table, {...options, ...(options.sortBy && {sortBy: [...options.sortBy]})}, context),
    operation: 'rewrite-manifests',
    noop: rewrites.length === 0,
    summary:
      manifests.length === 0
        ? 'nothing to do: the table has no manifests'
        : rewrites.length === 0
          ? `nothing to do: the ${formatCount(manifests.length)} manifests are optimal already`
          : `write ${formatCount(inputs.length)} manifests (${formatBytes(inputs.reduce((sum, {size}) => sum + size, 0))}) anew as ${formatCount(outputs)}`,
    specId,
    sortBy,
    rewrites,
    keptManifests: manifests.length - inputs.length,
  }
}

function fieldNames({metadata}: IcebergTable, specId: number): readonly string[] {
  const specs = metadata['partition-specs']
  if (!specs.some((spec) => spec['spec-id'] === specId)) {
    throw usage('SPEC_NOT_FOUND', `The table has no partition spec ${specId}.`, [
      `its specs are ${specs.map((spec) => spec['spec-id']).join(', ')}`,
    ])
  }
  return partitionSpecById(metadata, specId).fields.map(({name}) => name)
}

const entriesOf = ({addedFilesCount, existingFilesCount}: ManifestFile) => addedFilesCount + existingFilesCount

const input = (manifest: ManifestFile) => ({path: manifest.manifestPath, size: manifest.manifestLength, entries: entriesOf(manifest)})

/** At most one for each live entry; none when there is none. */
function expectedManifests(manifests: readonly ManifestFile[], target: number): number {
  const bytes = manifests.reduce((sum, {manifestLength}) => sum + manifestLength, 0)
  const entries = manifests.reduce((sum, manifest) => sum + entriesOf(manifest), 0)
  return Math.min(entries, Math.max(1, Math.ceil(bytes / target)))
}
