import {usage} from '@phlo/core'
import {type Leaf, type LeafValues, leavesOf} from '../parquet/leaves.js'
import type {Schema, StructField} from '../spec/types.js'
import type {ChangeType} from './ledger.js'

/** What a change log says of each row (spec, "Reserved Field IDs"; the names and values are Spark's). */
const FIELDS: readonly StructField[] = [
  {id: 2147483545, name: '_change_type', required: true, type: 'string'},
  {id: 2147483544, name: '_change_ordinal', required: true, type: 'int'},
  {id: 2147483543, name: '_commit_snapshot_id', required: true, type: 'long'},
]

const LEAVES = leavesOf({type: 'struct', fields: [...FIELDS]}) as [Leaf, Leaf, Leaf]

/**
 * A schema with the columns of a change log before its own: what happened is what a reader looks for first.
 *
 * @throws PhloError `RESERVED_COLUMN` (exit 2) when a column of the table has one of their names
 */
export function withChangeFields(schema: Schema): Schema {
  const taken = schema.fields.find(({name}) => FIELDS.some((field) => field.name === name))
  if (taken)
    throw usage('RESERVED_COLUMN', `The table has a column ${taken.name}, which change logs use.`, ['choose others with --columns'])
  return {...schema, fields: [...FIELDS, ...schema.fields]}
}

/** When rows changed: in which of the snapshots, counted from 0, and its id. */
export interface ChangeMoment {
  readonly ordinal: number
  readonly snapshotId: bigint
}

/** The values of these columns for rows that one snapshot changed. */
export function changeColumns(types: readonly ChangeType[], {ordinal, snapshotId}: ChangeMoment): readonly LeafValues[] {
  const [type, at, snapshot] = LEAVES
  const rows = types.length
  const names = new Map<ChangeType, Buffer>()
  const nameOf = (name: ChangeType) => {
    const bytes = names.get(name) ?? Buffer.from(name)
    names.set(name, bytes)
    return bytes
  }
  return [
    {leaf: type, values: types.map(nameOf), rows},
    {leaf: at, values: new Int32Array(rows).fill(ordinal), rows},
    {leaf: snapshot, values: new BigInt64Array(rows).fill(snapshotId), rows},
  ]
}
