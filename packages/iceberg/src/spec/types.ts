import type {SchemaField, SchemaList, SchemaMap, SchemaStruct, SchemaType, TableSchema} from '@phlo/core'

/** Iceberg's types (spec, "Schemas and Data Types"). Primitive types are their spec strings: `long`, `decimal(9,2)`, `fixed[16]`. */
export type PrimitiveType = string

export type StructField = SchemaField
export type StructType = SchemaStruct
export type ListType = SchemaList
export type MapType = SchemaMap
export type Type = SchemaType
export type Schema = TableSchema

/**
 * A single value in memory, by type:
 * boolean → boolean · int, date (days) → number · long, time (µs), timestamp(tz) (µs), timestamp(tz)_ns (ns) → bigint ·
 * float, double → number · decimal → bigint, unscaled · string → string · uuid → string, lower case with hyphens ·
 * fixed, binary → Uint8Array · null → null.
 */
export type Value = boolean | number | bigint | string | Uint8Array | null
