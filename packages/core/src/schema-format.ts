import type {ColumnPath, TableSchema} from './table-schema.js'

/** A column, or a transform of one: a partition field or a term of a sort order. */
export interface SchemaTerm {
  readonly column: ColumnPath
  /** As metadata writes it: `identity`, `bucket[16]`, `month`. */
  readonly transform: string
}

export interface SchemaSortTerm extends SchemaTerm {
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

/** What is known of a column's values, from what manifests count; undefined where they don't tell. */
export interface ColumnStatistics {
  readonly column: ColumnPath
  readonly values?: bigint
  readonly nulls?: bigint
  /** Of texts and binary values perhaps a lower or higher value than there is, since bounds are cut. */
  readonly lowest?: string
  readonly highest?: string
}

/** A table as schema formats see it. */
export interface SchemaDocument {
  /** The namespace and the table's own name: `['sales', 'orders']`. At least one part. */
  readonly name: readonly string[]
  readonly schema: TableSchema
  /** What the table is for. */
  readonly doc?: string
  readonly partitioning: readonly SchemaTerm[]
  readonly sortOrder: readonly SchemaSortTerm[]
  readonly properties: Readonly<Record<string, string>>
  /** There when somebody asked for them, and data was counted. */
  readonly statistics?: {readonly rows: bigint; readonly columns: readonly ColumnStatistics[]}
}

/** Something that a format cannot carry, or carries as the nearest that it has. */
export interface SchemaLoss {
  /** Of which column; undefined when it is of the table. */
  readonly column?: ColumnPath
  /** One clause without a full stop: `timestamp_ns became TIMESTAMP, which has microseconds`. */
  readonly what: string
}

export interface WrittenSchema {
  readonly content: string | Uint8Array
  readonly losses: readonly SchemaLoss[]
}

/** What a format's file says of a table. What it does not say is left out. */
export interface ReadSchema extends Partial<Omit<SchemaDocument, 'schema' | 'statistics'>> {
  readonly schema: TableSchema
  /** The ids of the schema are those of the file. Otherwise columns are known by their names, and ids are counted from 1 on. */
  readonly hasIds: boolean
  /** Columns that had other names before, which only a declaration says: the column as it is called now, and its own name before. */
  readonly renamed?: readonly {readonly column: ColumnPath; readonly from: string}[]
  /** What the file says and a table cannot have: `CHECK constraint positive_amount`. */
  readonly losses: readonly SchemaLoss[]
}

export interface SchemaFormatOptions {
  /** One of the format's variants, its default when nobody chose. */
  readonly variant?: string
}

/**
 * A language that schemas are written in: SQL, Avro, Protocol Buffers. Contributed as
 * `"phlo": {"schemaFormats": {"graphql": "./dist/graphql.js"}}`; `testSchemaFormat` of `@phlo/testing` says whether it keeps what is promised here.
 *
 * `write` never leaves out a column, and never says something false silently: what has no counterpart becomes the nearest there is, with
 * a comment in the content where the language has comments, and a loss. Names that the language cannot have are changed to ones that it can, are
 * unique, and are losses too, unless the language can tell the real name beside.
 *
 * `read` gives what `write` wrote but for its losses, and reads what people and other tools write in the language.
 *
 * @example
 * export default defineSchemaFormat({
 *   name: 'graphql', title: 'GraphQL types', extensions: ['.graphql', '.gql'],
 *   async write(documents) { return {content: documents.map(typeOf).join('\n'), losses: []} },
 * })
 */
export interface SchemaFormat {
  readonly $type: '@phlo/schema-format'
  readonly contract: 1
  /** As `--format` takes it. */
  readonly name: string
  /** For lists: `SQL (CREATE TABLE)`. */
  readonly title: string
  /**
   * How names of its files end, in small letters, with the dot, likeliest first: `.schema.json` goes before `.json`. What begins with a slash is
   * the whole name of a file: `/schema.yml`.
   */
  readonly extensions: readonly string[]
  /** Kinds of the format, of which one is chosen by a flag. */
  readonly variants?: {readonly flag: 'dialect' | 'library'; readonly names: readonly string[]; readonly default: string}
  /**
   * The tables in this language. Several are only asked for when `several` is true.
   *
   * @throws PhloError `SCHEMA_NOT_WRITABLE` (exit 2) for what cannot be said at all, naming the column
   */
  write?(documents: readonly SchemaDocument[], options: SchemaFormatOptions): Promise<WrittenSchema>
  /** One file can hold several tables. */
  readonly several?: boolean
  /**
   * The tables that a file of this language declares, at least one.
   *
   * @param source is what messages call the file
   * @throws PhloError `SCHEMA_NOT_READABLE` (exit 2) saying where and why: the file is not of this language, or declares no table
   */
  read?(content: Uint8Array, source: string, options: SchemaFormatOptions): Promise<readonly ReadSchema[]>
}

/** Marks a format with the tag and contract by which the host recognises it. */
export function defineSchemaFormat(format: Omit<SchemaFormat, '$type' | 'contract'>): SchemaFormat {
  return {$type: '@phlo/schema-format', contract: 1, ...format}
}
