import type {SchemaChange} from '@phlo/core'
import type {Value} from '@phlo/iceberg'
import type {ModelPartitionField, ModelSortField} from './table.js'

/** A change with what is meant by the texts in it, so that the model reads none of them. */
export interface GivenChange {
  readonly change: SchemaChange
  /** What a default value says; undefined when it is no value of the type. */
  readonly value?: Exclude<Value, null> | undefined
  /** What a partition term says; undefined when there is no such column. */
  readonly field?: ModelPartitionField | undefined
  /** What a sort order says. */
  readonly order?: readonly ModelSortField[]
}
