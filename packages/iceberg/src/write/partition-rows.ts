import {refused} from '@phlo/core'
import {type Leaf, type LeafValues, leavesOf, type PhysicalValue} from '../parquet/leaves.js'
import {toValue} from '../parquet/physical.js'
import {partitionKey} from '../spec/file-partition.js'
import {type BoundPartitionField, partitionFields} from '../spec/partition-spec.js'
import type {PartitionSpec} from '../spec/table-metadata.js'
import {bindTransform} from '../spec/transforms.js'
import type {Schema, Value} from '../spec/types.js'

/** The rows of a batch that belong to one partition. */
export interface PartitionRows {
  readonly key: string
  readonly partition: readonly Value[]
  /** Ascending. */
  readonly rows: Uint32Array
}

/** Tells of the rows of a batch which partition they belong to; `columns` are the values of the leaves in `sources`. */
export interface RowPartitioner {
  readonly sources: readonly Leaf[]
  partition(columns: ReadonlyMap<number, LeafValues>, rows: number): readonly PartitionRows[]
}

/**
 * Binds a partition spec to a schema.
 *
 * @throws PhloError `TRANSFORM_NOT_WRITTEN` (exit 6) for a transform of a later version, or a source inside of a list or map
 */
export function rowPartitioner(spec: PartitionSpec, schema: Schema): RowPartitioner {
  const leaves = leavesOf(schema)
  const fields = partitionFields(spec, [schema]).map((field) => ({field, source: sourceOf(field, leaves), transform: transformOf(field)}))
  const used = fields.filter(({field}) => field.transform.kind !== 'void')
  return {
    sources: [...new Set(used.map(({source}) => source as Leaf))],
    partition(columns, rows) {
      if (fields.length === 0) return [{key: partitionKey({specId: spec['spec-id'], partition: []}), partition: [], rows: identity(rows)}]
      const values = fields.map(({field, source, transform}) =>
        field.transform.kind === 'void' ? () => null : transformed(columns.get((source as Leaf).fieldId) as LeafValues, transform),
      )
      return group(values, rows, spec['spec-id'])
    },
  }
}

const identity = (rows: number) => Uint32Array.from({length: rows}, (_, row) => row)

function sourceOf({sourceId, transform, name}: BoundPartitionField, leaves: readonly Leaf[]): Leaf | undefined {
  const leaf = leaves.find(({fieldId}) => fieldId === sourceId)
  if (transform.kind !== 'void' && (!leaf || leaf.maxRepetitionLevel > 0)) {
    throw refused('TRANSFORM_NOT_WRITTEN', `Partition field ${name} has no source column to compute it from.`)
  }
  return leaf
}

function transformOf({transform, sourceType, name}: BoundPartitionField): (value: Value) => Value {
  if (transform.kind === 'unknown') {
    throw refused('TRANSFORM_NOT_WRITTEN', `Partition field ${name} has the transform ${transform.text}, which this version does not know.`)
  }
  return transform.kind === 'void' ? () => null : bindTransform(transform, sourceType)
}

/** The partition value of a row. Neighbours often have the same source value, which is transformed once. */
function transformed({leaf, values}: LeafValues, transform: (value: Value) => Value): (row: number) => Value {
  const meaning = toValue(leaf.type)
  let last: PhysicalValue | undefined
  let result: Value = null
  return (row) => {
    const physical = values[row] as PhysicalValue
    if (physical === null) return null
    if (physical !== last) {
      last = physical
      result = transform(meaning(physical))
    }
    return result
  }
}

function group(values: readonly ((row: number) => Value)[], rows: number, specId: number): readonly PartitionRows[] {
  const groups = new Map<string, {partition: readonly Value[]; rows: number[]}>()
  let lastKey = ''
  let last: {partition: readonly Value[]; rows: number[]} | undefined
  for (let row = 0; row < rows; row++) {
    const partition = values.map((of) => of(row))
    if (!last || !partition.every((value, index) => Object.is(value, last?.partition[index]))) {
      lastKey = partitionKey({specId, partition})
      last = groups.get(lastKey)
      if (!last) {
        last = {partition, rows: []}
        groups.set(lastKey, last)
      }
    }
    last.rows.push(row)
  }
  return [...groups].map(([key, {partition, rows: members}]) => ({key, partition, rows: Uint32Array.from(members)}))
}
