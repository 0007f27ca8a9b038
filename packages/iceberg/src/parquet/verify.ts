import {type FileIO, formatCount, refused} from '@phlo/core'
import {compareValues} from '../spec/compare-values.js'
import type {DataFile} from '../spec/manifest.js'
import {isUnordered} from '../spec/primitive-types.js'
import {valueFromBytes} from '../spec/single-value.js'
import type {Schema, Value} from '../spec/types.js'
import {columnChecksums} from './checksum.js'
import {defaultsOf} from './defaults.js'
import {fileLeaves} from './file-leaves.js'
import {type RowSource, rowSourceOf} from './file-rows.js'
import {readFooter} from './footer.js'
import {type Leaf, storedLeavesOf} from './leaves.js'
import {isLineage} from './lineage.js'
import type {MergedFile} from './merge-files.js'
import {type FileMetrics, lowerBound, upperBound} from './metrics.js'
import {type MetricsMode, metricsConfig} from './metrics-config.js'
import {nameMapping} from './name-mapping.js'
import {toPhysical} from './physical.js'
import type {SourceOf} from './row-groups-to-write.js'

export interface MergeToVerify {
  readonly io: FileIO
  readonly inputs: readonly DataFile[]
  readonly outputs: readonly MergedFile[]
  readonly schema: Schema
  readonly properties: Readonly<Record<string, string>>
  /** As in the merge. */
  readonly identity: ReadonlyMap<number, Value>
  /** What the table knows of an input besides its description: rows that were deleted, what rows inherit. */
  readonly sourceOf?: SourceOf
  /** Also compares an order-independent checksum of every column's values. */
  readonly full?: boolean
}

/**
 * Makes sure, before it is committed, that a merge has lost and gained nothing: every output is opened again; rows, and each
 * column's values, nulls and NaNs, are as many as in the inputs; bounds do not leave those of the inputs; field ids and row
 * counts are in the footers.
 *
 * @throws PhloError `VERIFICATION_FAILED` (exit 6) naming file and column
 */
export async function verifyMerge(merge: MergeToVerify): Promise<void> {
  const {io, inputs, outputs, schema, properties, identity, sourceOf = rowSourceOf, full = false} = merge
  const leaves = storedLeavesOf(schema)
  const sources = inputs.map(sourceOf)
  const deleted = sum(sources, (source) => source.deleted?.size ?? 0)
  const rows = sum(inputs, ({recordCount}) => recordCount) - deleted
  compareCount(
    'rows',
    rows,
    sum(outputs, ({recordCount}) => recordCount),
    outputs,
  )
  for (const output of outputs) await verifyFooter(io, output, leaves)
  const config = metricsConfig(properties, schema)
  for (const leaf of leaves) {
    if (isLineage(leaf)) verifyLineage(leaf, sources, outputs)
    else verifyColumn(leaf, config(leaf.fieldId), {inputs, outputs, rows, deleted})
  }
  if (!full) return
  const layout = {leaves, mapping: nameMapping(properties), defaultOf: defaultsOf(schema, identity)}
  const before = await columnChecksums(io, sources, layout)
  const after = await columnChecksums(io, outputs, layout)
  for (const leaf of leaves) {
    if (before.get(leaf.fieldId) !== after.get(leaf.fieldId))
      throw failed(`the values of column ${leaf.name} are not those of the files that were merged`, outputs)
  }
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number) => items.reduce((total, item) => total + of(item), 0)

async function verifyFooter(io: FileIO, output: MergedFile, leaves: readonly Leaf[]): Promise<void> {
  const file = await io.open(output.path)
  try {
    if (file.size !== output.size) throw failed(`it has ${file.size} bytes instead of ${output.size}`, [output])
    const footer = await readFooter(file)
    compareCount('rows in its footer', output.recordCount, Number(footer.num_rows), [output])
    const ids = new Set(fileLeaves(footer).map(({fieldId}) => fieldId))
    if (footer.row_groups.length > 0 && [...ids].join() !== leaves.map(({fieldId}) => fieldId).join()) {
      throw failed(`its columns have the field ids ${[...ids].join(', ')}`, [output])
    }
  } finally {
    await file.close()
  }
}

interface Compared {
  readonly inputs: readonly DataFile[]
  readonly outputs: readonly MergedFile[]
  /** That have to be in the outputs. */
  readonly rows: number
  /** Rows of the inputs that were left out. */
  readonly deleted: number
}

interface ColumnCount {
  readonly what: string
  /** Every row counts. */
  readonly isAll: boolean
  readonly of: (metrics: FileMetrics) => number | undefined
}

/**
 * What of a column has to be as much as it was. What a null struct or list counts for is not the same to all writers: Iceberg's own do not
 * count them in columns of floats. Values that are there count for all.
 */
function countsOf({fieldId, path}: Leaf): readonly ColumnCount[] {
  const values = ({valueCounts}: FileMetrics) => valueCounts?.get(fieldId)
  const nulls = ({nullValueCounts}: FileMetrics) => nullValueCounts?.get(fieldId)
  const present = (metrics: FileMetrics) => {
    const [all, without] = [values(metrics), nulls(metrics)]
    return all === undefined || without === undefined ? undefined : all - without
  }
  const nans = {what: 'NaNs', isAll: false, of: ({nanValueCounts}: FileMetrics) => nanValueCounts?.get(fieldId)}
  if (path.length > 1) return [{what: 'values', isAll: false, of: present}, nans]
  return [{what: 'values', isAll: true, of: values}, {what: 'nulls', isAll: false, of: nulls}, nans]
}

function verifyColumn(leaf: Leaf, mode: MetricsMode, {inputs, outputs, rows, deleted}: Compared): void {
  const columns = outputs.map(({metrics}) => metrics)
  for (const {what, isAll, of} of countsOf(leaf)) {
    const before = inputs.map(of)
    const after = columns.map(of)
    // A file that lacks the column, or records nothing of it, gives nothing to compare with.
    if (before.some((count) => count === undefined) || after.some((count) => count === undefined)) continue
    const expected = sum(before, (count) => count ?? 0)
    const found = sum(after, (count) => count ?? 0)
    const name = `${what} of column ${leaf.name}`
    if (deleted === 0) compareCount(name, expected, found, outputs)
    else if (isAll) compareCount(name, rows, found, outputs)
    else if (found > expected || (leaf.maxRepetitionLevel === 0 && found < expected - deleted)) {
      throw failed(
        `there are ${formatCount(found)} ${name}, which ${formatCount(expected)} less ${formatCount(deleted)} rows cannot be`,
        outputs,
      )
    }
  }
  verifyBounds(leaf, mode, inputs, outputs)
}

/** A row that has an id, its own or one that it inherits from its file, has it in the new file. */
function verifyLineage(leaf: Leaf, sources: readonly RowSource[], outputs: readonly MergedFile[]): void {
  if (sources.some(({lineage}) => lineage?.firstRowId === undefined)) return
  compareCount(
    `nulls of column ${leaf.name}`,
    0,
    sum(outputs, ({metrics}) => metrics.nullValueCounts?.get(leaf.fieldId) ?? 0),
    outputs,
  )
}

/** No bound of an output may lie outside of those of the inputs, once these are cut as the table's metrics mode cuts them now. */
function verifyBounds(leaf: Leaf, mode: MetricsMode, inputs: readonly DataFile[], outputs: readonly MergedFile[]): void {
  if (isUnordered(leaf.type)) return
  const compare = compareValues(leaf.type)
  const physical = toPhysical(leaf.type)
  for (const [key, sign, cut] of [
    ['lowerBounds', 1, lowerBound],
    ['upperBounds', -1, upperBound],
  ] as const) {
    const before = inputs.map((file) => file[key]?.get(leaf.fieldId))
    if (before.length === 0 || before.some((bytes) => bytes === undefined)) continue
    const values = before.map((bytes) => valueFromBytes(leaf.type, bytes as Uint8Array))
    const widest = values.reduce((a, b) => (sign * compare(a, b) <= 0 ? a : b))
    const limit = cut(leaf.type, physical(widest), mode)
    if (!limit) continue
    for (const output of outputs) {
      const bytes = output.metrics[key]?.get(leaf.fieldId)
      if (bytes && sign * compare(valueFromBytes(leaf.type, bytes), valueFromBytes(leaf.type, limit)) < 0) {
        throw failed(`a bound of column ${leaf.name} lies outside of those of the files that were merged`, [output])
      }
    }
  }
}

function compareCount(what: string, before: number, after: number, outputs: readonly {readonly path: string}[]): void {
  if (before !== after) throw failed(`there are ${formatCount(after)} ${what} instead of ${formatCount(before)}`, outputs)
}

function failed(reason: string, [first]: readonly {readonly path: string}[]) {
  return refused(
    'VERIFICATION_FAILED',
    `What was written is not what it should replace, and is not committed: ${first?.path ?? 'the merge'}: ${reason}.`,
  )
}
