import {formatBytes, formatCount, type OperationContext, usage} from '@phlo/core'
import {keptReads} from '../../avro/kept-reads.js'
import {readManifestList} from '../../avro/manifest-list.js'
import {deadDeletes} from '../../deletes/dead-deletes.js'
import {headOf} from '../../refs.js'
import {type RowOrder, rowOrder} from '../../sort/row-order.js'
import type {ManifestFile} from '../../spec/manifest.js'
import type {IcebergTable} from '../../table.js'
import {planHeader} from '../plan-header.js'
import {assertOptimizable, filesByPartition} from './candidates.js'
import {type OptimizeOptions, type ResolvedOptimizeOptions, resolveOptions} from './options.js'
import type {OptimizePlan, PlannedGroup} from './plan-types.js'
import {inputPaths} from './planned-files.js'
import {type Candidate, divideGroup, judgeFile, judgeGroup, packGroups, wholeGroup} from './select.js'

/** Bytes of manifests that are kept. */
const KEPT = 32 * 1024 ** 2

/** Decides which files become which. Reads manifests only. */
export async function planOptimize(table: IcebergTable, given: OptimizeOptions, context: OperationContext): Promise<OptimizePlan> {
  const options = resolveOptions(given, table.properties)
  assertOptimizable(table)
  const wantedSpecId = options.outputSpecId ?? table.metadata['default-spec-id']
  assertSpec(table, wantedSpecId)
  const order = rowOrder(options, table.metadata, wantedSpecId)
  const head = headOf(table)
  const manifests = head ? await readManifestList(table.io, head, table.metadata['format-version']) : []
  // Which deletes are dead is known once the groups are: their manifests, and those of the data files, are then read again.
  const hasDeletes = manifests.some(({content}) => content === 'deletes')
  const source = hasDeletes ? {...table, io: keptReads(table.io, KEPT)} : table
  context.progress.start('reading manifests')
  const {signal} = context
  const isWanted = (file: Candidate) => judgeFile(file, options).candidate
  const partitions = await filesByPartition(source, manifests, options, order, {signal, isWanted})
  context.progress.done()
  const all: PlannedGroup[] = []
  for (const {specId, partition, files} of partitions) {
    const outputSpecId = options.keepDeletes ? specId : wantedSpecId
    for (const group of packGroups(files, options.maxFileGroupSize)) {
      const {rewrite, reason} = judgeGroup(group, options)
      if (!rewrite) continue
      const merges = specId === outputSpecId && !order ? divideGroup(group, options) : [wholeGroup(group, options)]
      all.push({
        specId,
        outputSpecId,
        partition,
        merges,
        bytes: group.reduce((sum, {file}) => sum + file.size, 0),
        files: group.length,
        outputs: merges.reduce((sum, {outputs}) => sum + outputs, 0),
        reason,
      })
    }
  }
  const groups = firstGroups(all, options)
  const mayLeaveDead = hasDeletes && (groups.length > 0 || options.removeDanglingDeletes)
  const dead = mayLeaveDead ? await deadDeletes(source, inputPaths(groups), {known: manifests, signal}) : []
  const inputFiles = sum(groups, ({files}) => files)
  const inputBytes = sum(groups, ({bytes}) => bytes)
  const outputFiles = sum(groups, ({outputs}) => outputs)
  const live = liveDataFiles(manifests)
  return {
    ...planHeader('optimize', table, {...options}, context),
    operation: 'optimize',
    noop: groups.length === 0 && dead.length === 0,
    summary: summarise(groups, order, {inputFiles, inputBytes, outputFiles, live, dead: dead.length}),
    startingSequenceNumber: head ? String(head['sequence-number']) : null,
    order,
    groups,
    inputFiles,
    inputBytes,
    outputFiles,
    untouchedFiles: live - inputFiles,
    deadDeletes: dead.map(({filePath, fileSizeInBytes, contentOffset, contentSizeInBytes}) => ({
      path: filePath,
      size: contentSizeInBytes ?? fileSizeInBytes,
      ...(contentOffset !== undefined && {offset: contentOffset}),
    })),
  }
}

function assertSpec({metadata}: IcebergTable, specId: number): void {
  const ids = metadata['partition-specs'].map((spec) => spec['spec-id'])
  if (ids.includes(specId)) return
  throw usage('SPEC_NOT_FOUND', `The table has no partition spec ${specId}.`, [`its specs are ${ids.join(', ')}`])
}

/** The groups in the order that was asked for, as many whole ones as there may be. */
function firstGroups(groups: readonly PlannedGroup[], {jobOrder, maxFilesToRewrite}: ResolvedOptimizeOptions): readonly PlannedGroup[] {
  const [key, direction] = jobOrder.split('-') as ['none' | 'bytes' | 'files', string | undefined]
  const ordered = key === 'none' ? groups : groups.toSorted((a, b) => (direction === 'asc' ? a[key] - b[key] : b[key] - a[key]))
  if (maxFilesToRewrite === null) return ordered
  let left = maxFilesToRewrite
  return ordered.filter(({files}) => {
    if (files > left) return false
    left -= files
    return true
  })
}

const sum = (groups: readonly PlannedGroup[], of: (group: PlannedGroup) => number) => groups.reduce((total, group) => total + of(group), 0)

const liveDataFiles = (manifests: readonly ManifestFile[]) =>
  manifests
    .filter(({content}) => content === 'data')
    .reduce((total, {addedFilesCount, existingFilesCount}) => total + addedFilesCount + existingFilesCount, 0)

function summarise(
  groups: readonly PlannedGroup[],
  order: RowOrder | null,
  {
    inputFiles,
    inputBytes,
    outputFiles,
    live,
    dead,
  }: {inputFiles: number; inputBytes: number; outputFiles: number; live: number; dead: number},
): string {
  const deletes = dead > 0 ? `remove ${formatCount(dead)} delete files that then apply to nothing` : ''
  if (groups.length === 0 && dead > 0) return deletes
  if (live === 0) return 'nothing to do: the table has no data files'
  if (groups.length === 0)
    return `nothing to do: no group among ${formatCount(live)} data files ${order ? `has to be sorted by ${order.text}` : 'is worth rewriting'}`
  const partitions = new Set(groups.map(({specId, partition}) => `${specId} ${partition}`)).size
  const where = partitions === 1 ? 'one partition' : `${formatCount(partitions)} partitions`
  return `rewrite ${formatCount(inputFiles)} files (${formatBytes(inputBytes)}) in ${where} into ${formatCount(outputFiles)}${order ? ` sorted by ${order.text}` : ''}${deletes && `; ${deletes}`}`
}
