import type {ColumnPath, SchemaDocument, SchemaFormat} from '@phlo/core'

/** A column, an element, a key or a value as a tool understood it. */
export interface UnderstoodColumn {
  /** As the language names it, or the real name where the language tells it beside; of what is in a list or a map any word. */
  readonly name: string
  /**
   * In the words of Iceberg's specification, as narrow as the language is: `long`, `decimal(9,2)`, `struct`, `list`, `map`. A language that
   * has one type for all numbers says `double` of each of them, and the format has told a loss of those that are something else.
   */
  readonly type: string
  readonly required: boolean
  /** Fields of a struct, the element of a list, key and value of a map, in their order. */
  readonly children?: readonly UnderstoodColumn[]
  /** What a tool does not tell is left out; null where it tells that there is none. */
  readonly id?: number
  readonly doc?: string | null
  /** As JSON of a single value (specification, Appendix D). */
  readonly initialDefault?: unknown
  readonly writeDefault?: unknown
}

/** A table as a tool understood it. What the tool does not tell is left out. */
export interface UnderstoodTable {
  readonly columns: readonly UnderstoodColumn[]
  readonly name?: readonly string[]
  readonly doc?: string | null
  readonly identifier?: readonly ColumnPath[]
}

/** Languages of which the suite has a file that other formats must not take for theirs. */
export type ForeignLanguage =
  | 'avro'
  | 'csv'
  | 'graphql'
  | 'html'
  | 'iceberg'
  | 'json'
  | 'parquet'
  | 'protobuf'
  | 'python'
  | 'sql'
  | 'typescript'
  | 'yaml'

/**
 * What the suite of a schema format needs.
 *
 * @example
 * const cases = await testSchemaFormat({format, judge: async (content) => [{columns: columnsOf(buildSchema(content))}], hasComments: true})
 * for (const {name, run} of cases) test(name, run)
 */
export interface SchemaFormatUnderTest {
  readonly format: SchemaFormat
  /** One of the format's variants; its default when left out. */
  readonly variant?: string
  /**
   * The language's own tool, which reads what was written: what it understood of each document, in their order. It throws when the tool does not
   * take the content. Needed for a format that writes.
   */
  judge?(content: string | Uint8Array, documents: readonly SchemaDocument[]): Promise<readonly UnderstoodTable[]>
  /** The language has comments, and the content one for each loss. */
  readonly hasComments?: boolean
  /** Languages besides the one that it is named for whose files the format reads by right. */
  readonly alsoReads?: readonly ForeignLanguage[]
  /** How many random schemas are tried. Default: 100. */
  readonly runs?: number
}
