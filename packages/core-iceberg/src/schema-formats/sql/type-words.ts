import {baseType} from '@phlo/iceberg/schema'
import type {Dialect} from './dialects.js'

/** The type that a word of a dialect means; `isNearest` when its values are others. Undefined when the dialect has no such word. */
export function typeOfWord(
  word: string,
  numbers: readonly number[],
  zone: 'with' | 'without' | undefined,
  dialect: Dialect,
): {readonly type: string; readonly isNearest: boolean} | undefined {
  const found = WORDS[dialect][word] ?? COMMON[word]
  if (found === undefined) return undefined
  const isNearest = found.endsWith('~')
  const plain = found.replace('~', '')
  const [first, second] = numbers
  switch (baseType(plain)) {
    case 'decimal': {
      const [precision = 38, scale = 0] = /\d/.test(plain) ? (plain.match(/\d+/g) ?? []).map(Number) : [38, 0]
      const type = first === undefined ? [precision, scale] : [first, second ?? 0]
      const isTooLong = (type[0] ?? 0) > 38
      return {
        type: `decimal(${isTooLong ? 38 : type[0]},${Math.min(type[1] ?? 0, 38)})`,
        isNearest: isTooLong || (isNearest && first === undefined),
      }
    }
    case 'timestamp':
    case 'timestamptz': {
      const zoned = zone === undefined ? plain.startsWith('timestamptz') : zone === 'with'
      const isNanos = plain.endsWith('_ns') || (first !== undefined && first > 6)
      return {type: `timestamp${zoned ? 'tz' : ''}${isNanos ? '_ns' : ''}`, isNearest: isNearest || (first !== undefined && first > 9)}
    }
    case 'time':
      return {type: 'time', isNearest: isNearest || zone === 'with' || (first !== undefined && first > 6)}
    case 'string':
      return {type: 'string', isNearest: isNearest || first !== undefined}
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return {type: plain, isNearest}
    case 'float':
      return {type: word === 'FLOAT' && first !== undefined && first > 24 ? 'double' : plain, isNearest}
    default:
      return {type: plain, isNearest}
  }
}

/** Every word that a dialect has for types, for those who misspelt one. */
export const typeWords = (dialect: Dialect) => [...Object.keys(WORDS[dialect]), ...Object.keys(COMMON), 'ARRAY', 'MAP', 'STRUCT']

type Words = Readonly<Record<string, string>>

/** What SQL itself has. A tilde marks what is only the nearest. */
const COMMON: Words = {
  BOOLEAN: 'boolean',
  SMALLINT: 'int~',
  INT: 'int',
  INTEGER: 'int',
  BIGINT: 'long',
  REAL: 'float',
  DOUBLE: 'double',
  DECIMAL: 'decimal',
  NUMERIC: 'decimal',
  DEC: 'decimal',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  CHAR: 'string~',
  CHARACTER: 'string~',
  VARCHAR: 'string',
}

const POSTGRES_SHORT: Words = {
  BOOL: 'boolean',
  INT2: 'int~',
  INT4: 'int',
  INT8: 'long',
  FLOAT4: 'float',
  FLOAT8: 'double',
  TEXT: 'string',
  BPCHAR: 'string~',
  BYTEA: 'binary',
  UUID: 'uuid',
  JSON: 'variant~',
  TIMETZ: 'time~',
  TIMESTAMPTZ: 'timestamptz',
}

const WORDS: Readonly<Record<Dialect, Words>> = {
  spark: {
    TINYINT: 'int~',
    BYTE: 'int~',
    SHORT: 'int~',
    LONG: 'long',
    FLOAT: 'float',
    DECIMAL: 'decimal(10,0)',
    NUMERIC: 'decimal(10,0)',
    DEC: 'decimal(10,0)',
    TIMESTAMP: 'timestamptz',
    TIMESTAMP_LTZ: 'timestamptz',
    TIMESTAMP_NTZ: 'timestamp',
    STRING: 'string',
    BINARY: 'binary',
    VARIANT: 'variant',
    VOID: 'unknown',
  },
  trino: {
    TINYINT: 'int~',
    VARBINARY: 'binary',
    UUID: 'uuid',
    JSON: 'variant~',
    GEOMETRY: 'geometry',
    SPHERICALGEOGRAPHY: 'geography',
    UNKNOWN: 'unknown',
  },
  duckdb: {
    ...POSTGRES_SHORT,
    TINYINT: 'int~',
    INT1: 'int~',
    UTINYINT: 'int~',
    USMALLINT: 'int~',
    UINTEGER: 'long~',
    UBIGINT: 'decimal(20,0)~',
    HUGEINT: 'decimal(38,0)~',
    FLOAT: 'float',
    DECIMAL: 'decimal(18,3)',
    NUMERIC: 'decimal(18,3)',
    DATETIME: 'timestamp',
    TIMESTAMP_S: 'timestamp~',
    TIMESTAMP_MS: 'timestamp~',
    TIMESTAMP_US: 'timestamp',
    TIMESTAMP_NS: 'timestamp_ns',
    STRING: 'string',
    BLOB: 'binary',
    BINARY: 'binary',
    VARBINARY: 'binary',
    VARIANT: 'variant',
    GEOMETRY: 'geometry',
  },
  postgres: {
    ...POSTGRES_SHORT,
    SMALLSERIAL: 'int~',
    SERIAL: 'int~',
    BIGSERIAL: 'long~',
    FLOAT: 'double',
    NUMERIC: 'decimal(38,10)~',
    DECIMAL: 'decimal(38,10)~',
    MONEY: 'decimal(19,2)~',
    JSONB: 'variant~',
    CITEXT: 'string~',
    NAME: 'string~',
    INET: 'string~',
    XML: 'string~',
    GEOMETRY: 'geometry',
    GEOGRAPHY: 'geography',
  },
  snowflake: {
    BYTEINT: 'int~',
    TINYINT: 'int~',
    NUMBER: 'decimal(38,0)',
    FLOAT: 'double',
    FLOAT4: 'double',
    FLOAT8: 'double',
    REAL: 'double',
    STRING: 'string',
    TEXT: 'string',
    NVARCHAR: 'string~',
    BINARY: 'binary',
    VARBINARY: 'binary',
    DATETIME: 'timestamp',
    TIMESTAMP_NTZ: 'timestamp',
    TIMESTAMP_LTZ: 'timestamptz',
    TIMESTAMP_TZ: 'timestamptz~',
    TIMESTAMPTZ: 'timestamptz',
    VARIANT: 'variant',
    OBJECT: 'variant~',
    ARRAY: 'variant~',
    GEOMETRY: 'geometry',
    GEOGRAPHY: 'geography',
  },
  bigquery: {
    BOOL: 'boolean',
    INT64: 'long',
    INT: 'long',
    INTEGER: 'long',
    SMALLINT: 'long',
    FLOAT64: 'double',
    NUMERIC: 'decimal(38,9)',
    DECIMAL: 'decimal(38,9)',
    BIGNUMERIC: 'decimal(38,38)~',
    BIGDECIMAL: 'decimal(38,38)~',
    STRING: 'string',
    BYTES: 'binary',
    DATETIME: 'timestamp',
    TIMESTAMP: 'timestamptz',
    JSON: 'variant~',
    GEOGRAPHY: 'geography',
    INTERVAL: 'string~',
  },
}
