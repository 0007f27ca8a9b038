/** Iceberg's types (spec, "Schemas and Data Types"). Primitive types are their spec strings: `long`, `decimal(9,2)`, `fixed[16]`. */
export type PrimitiveType = string

/** A field of a struct. What is not known here (v3 additions) is kept as it came. */
export interface StructField {
  readonly id: number
  readonly name: string
  readonly required: boolean
  readonly type: Type
  readonly doc?: string
  readonly 'initial-default'?: unknown
  readonly 'write-default'?: unknown
}

export interface StructType {
  readonly type: 'struct'
  readonly fields: readonly StructField[]
}

export interface ListType {
  readonly type: 'list'
  readonly 'element-id': number
  readonly element: Type
  readonly 'element-required': boolean
}

export interface MapType {
  readonly type: 'map'
  readonly 'key-id': number
  readonly key: Type
  readonly 'value-id': number
  readonly value: Type
  readonly 'value-required': boolean
}

export type Type = PrimitiveType | StructType | ListType | MapType

/** A table schema: a struct with an id (spec, "Schemas"). */
export interface Schema extends StructType {
  readonly 'schema-id'?: number
  readonly 'identifier-field-ids'?: readonly number[]
}

/**
 * A single value in memory, by type:
 * boolean → boolean · int, date (days) → number · long, time (µs), timestamp(tz) (µs), timestamp(tz)_ns (ns) → bigint ·
 * float, double → number · decimal → bigint, unscaled · string → string · uuid → string, lower case with hyphens ·
 * fixed, binary → Uint8Array · null → null.
 */
export type Value = boolean | number | bigint | string | Uint8Array | null
