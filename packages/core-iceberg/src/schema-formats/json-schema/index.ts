import {defineSchemaFormat} from '@phlo/core'
import {parseJson, stringifyJson} from '@phlo/iceberg'
import {notReadable, parsed, textOf} from '../unreadable.js'
import {tableOfSchema} from './read.js'
import {jsonSchema} from './write.js'

/** JSON Schema, draft 2020-12, of a row. */
export default defineSchemaFormat({
  name: 'json-schema',
  title: 'JSON Schema',
  extensions: ['.schema.json'],
  async write([document]) {
    const {schema, losses} = document ? jsonSchema(document) : {schema: {}, losses: []}
    return {content: `${stringifyJson(schema, 2)}\n`, losses}
  },
  async read(content, source) {
    const schema = parsed(source, 'JSON', () => parseJson(textOf(content, source)))
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw notReadable(source, 'it is no JSON object')
    return [tableOfSchema(schema as Readonly<Record<string, unknown>>, source)]
  },
})
