import {Flags} from '@oclif/core'

/** Kinds of a format. */
export const variantFlags = {
  dialect: Flags.string({
    summary: 'kind of SQL, of formats that have such: spark, trino, duckdb, postgres, snowflake, bigquery',
    helpValue: '<name>',
  }),
  library: Flags.string({summary: 'library that the code is for, of formats that have such: pandera, pydantic, zod', helpValue: '<name>'}),
}

/** Which of a table's schemas, besides the current one. */
export const schemaFlags = {
  'schema-id': Flags.integer({summary: 'the schema with this id', min: 0, helpValue: '<id>', exclusive: ['snapshot-id', 'as-of']}),
  'snapshot-id': Flags.string({summary: 'the schema that this snapshot was made with', helpValue: '<id>', exclusive: ['as-of']}),
  'as-of': Flags.string({summary: 'the schema of the snapshot that was current at this time', helpValue: '<time>'}),
}
