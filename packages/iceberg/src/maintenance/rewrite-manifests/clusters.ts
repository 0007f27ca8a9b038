import {compareValues} from '../../spec/compare-values.js'
import {partitionKey} from '../../spec/file-partition.js'
import type {DataFile} from '../../spec/manifest.js'
import type {BoundPartitionField} from '../../spec/partition-spec.js'
import type {Value} from '../../spec/types.js'

/** Tells for each file, in any order and each once, which of so many manifests it goes to. */
export type Assign = (file: DataFile) => number

interface Partition {
  readonly values: readonly Value[]
  files: number
}

/** Counts files by partition, so that they can be divided in the order of their partitions without having them all in memory. */
export interface Clusters {
  add(file: DataFile): void
  /** Divides the files that were added evenly, those of one partition side by side. */
  divide(manifests: number): Assign
}

/** @param sortBy names of partition fields, the most important one first */
export function clusterByPartition(fields: readonly BoundPartitionField[], sortBy: readonly string[]): Clusters {
  const partitions = new Map<string, Partition>()
  const order = sortBy.map((name) => fields.findIndex((field) => field.name === name))
  const comparators = fields.map(({type}) => compareValues(type))
  const compare = (a: Partition, b: Partition): number => {
    for (const index of order) {
      const [left, right] = [a.values[index] ?? null, b.values[index] ?? null]
      const difference =
        left === null || right === null ? Number(left !== null) - Number(right !== null) : (comparators[index]?.(left, right) ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  }
  return {
    add(file) {
      const key = partitionKey(file)
      const partition = partitions.get(key)
      if (partition) partition.files += 1
      else partitions.set(key, {values: file.partition, files: 1})
    },
    divide(manifests) {
      const total = [...partitions.values()].reduce((sum, {files}) => sum + files, 0)
      const share = Math.ceil(total / manifests)
      const ranks = new Map<string, number>()
      let rank = 0
      for (const [key, partition] of [...partitions].sort(([, a], [, b]) => compare(a, b))) {
        ranks.set(key, rank)
        rank += partition.files
      }
      return (file) => {
        const key = partitionKey(file)
        const own = ranks.get(key) ?? 0
        ranks.set(key, own + 1)
        return Math.floor(own / share)
      }
    },
  }
}
