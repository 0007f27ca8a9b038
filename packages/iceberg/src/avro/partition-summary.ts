import {compareValues} from '../spec/compare-values.js'
import type {PartitionFieldSummary} from '../spec/manifest.js'
import type {BoundPartitionField} from '../spec/partition-spec.js'
import {type PresentValue, valueToBytes} from '../spec/single-value.js'
import type {Value} from '../spec/types.js'

/** Gathers the summaries of a manifest's partition fields (spec, "Manifest Lists", `field_summary`). */
export interface PartitionSummaries {
  add(partition: readonly Value[]): void
  result(): readonly PartitionFieldSummary[]
}

export function partitionSummaries(fields: readonly BoundPartitionField[]): PartitionSummaries {
  const collected = fields.map(({type}) => summary(type))
  return {
    add(partition) {
      for (const [index, field] of collected.entries()) field.add(partition[index] ?? null)
    },
    result: () => collected.map((field) => field.result()),
  }
}

function summary(type: string) {
  const compare = compareValues(type)
  let containsNull = false
  let containsNan = false
  let lower: PresentValue | undefined
  let upper: PresentValue | undefined
  return {
    add(value: Value) {
      if (value === null) containsNull = true
      else if (Number.isNaN(value)) containsNan = true
      else {
        if (lower === undefined || compare(value, lower) < 0) lower = value
        if (upper === undefined || compare(value, upper) > 0) upper = value
      }
    },
    result: (): PartitionFieldSummary => ({
      containsNull,
      containsNan,
      ...(lower !== undefined && {lowerBound: valueToBytes(type, lower)}),
      ...(upper !== undefined && {upperBound: valueToBytes(type, upper)}),
    }),
  }
}
