import {defineSchemaFormat} from '@phlo/core'
import {parseJson, stringifyJson} from '@phlo/iceberg'
import {notReadable, parsed, textOf} from '../unreadable.js'
import {tableOfRecord} from './read.js'
import {avroSchema} from './write.js'

/** The schema of Avro files: Iceberg's own when it is written, anybody's when it is read. */
export default defineSchemaFormat({
  name: 'avro',
  title: 'Avro',
  extensions: ['.avsc'],
  async write([document]) {
    const {schema, losses} = document ? avroSchema(document) : {schema: {}, losses: []}
    return {content: `${stringifyJson(schema, 2)}\n`, losses}
  },
  async read(content, source) {
    const schema = parsed(source, 'JSON', () => parseJson(textOf(content, source)))
    const records = Array.isArray(schema) ? schema : [schema]
    if (records.length === 0 || !records.every((record) => record?.type === 'record')) throw notReadable(source, 'it declares no record')
    const {default: avro} = await import('avsc')
    for (const record of records) {
      // The library takes any number of the same type in a choice when they are wrapped; which of them a table can have is asked later.
      parsed(source, 'an Avro schema', () => avro.Type.forSchema(record, {wrapUnions: true}))
    }
    return records.map((record) => tableOfRecord(record, source))
  },
})
