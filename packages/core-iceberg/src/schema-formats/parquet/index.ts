import {defineSchemaFormat, isPhloError, type SchemaLoss, type TableSchema} from '@phlo/core'
import {readFooter} from '@phlo/iceberg'
import {type ParquetElement, schemaFromParquet} from '@phlo/iceberg/schema'
import {numbered} from '../numbered.js'
import {notReadable, textOf} from '../unreadable.js'
import {parseMessage} from './text.js'
import {parquetMessage} from './write.js'

/** Parquet's own text of a schema, as its tools print it; a Parquet file is read as well. */
export default defineSchemaFormat({
  name: 'parquet',
  title: 'Parquet',
  extensions: ['.parquet', '.parquet.txt'],
  async write([document]) {
    return document ? parquetMessage(document) : {content: '', losses: []}
  },
  async read(content, source) {
    const isFile = Buffer.from(content.subarray(0, 4)).toString('latin1') === 'PAR1'
    const name = isFile ? undefined : parseMessage(textOf(content, source), source)
    const elements = name?.elements ?? (await elementsOf(content, source))
    const {fields} = schemaOf(elements, source)
    return [{...(name && {name: [name.name]}), ...numbered(fields, source), losses: lossesOf(elements)}]
  },
})

async function elementsOf(content: Uint8Array, source: string): Promise<readonly ParquetElement[]> {
  const read = async (start: number, length: number) => content.slice(start, start + length)
  try {
    return (await readFooter({path: source, size: content.length, read, close: async () => {}})).schema
  } catch (cause) {
    if (isPhloError(cause)) throw notReadable(source, cause.message.replace(/\.$/, ''), cause)
    throw cause
  }
}

function schemaOf(elements: readonly ParquetElement[], source: string): TableSchema {
  try {
    return schemaFromParquet({schema: [...elements]}, {fileIds: true})
  } catch (cause) {
    if (isPhloError(cause)) throw notReadable(source, cause.message.replace(/\.$/, ''), cause)
    throw cause
  }
}

/** Types whose values a column has as something else. */
const NEAREST: Readonly<Record<string, string>> = {
  ...{ENUM: 'string', JSON: 'string', BSON: 'binary', INTERVAL: 'fixed[12]', TIME_MILLIS: 'int', TIMESTAMP_MILLIS: 'timestamptz'},
  ...{INT_8: 'int', INT_16: 'int', UINT_8: 'int', UINT_16: 'int', UINT_32: 'long', UINT_64: 'long', INT96: 'timestamptz'},
}

const lossesOf = (elements: readonly ParquetElement[]): readonly SchemaLoss[] =>
  elements.flatMap(({name, type, logical_type: logical, converted_type: converted}) => {
    const what = [logical?.type, converted, type].find((one) => one !== undefined && NEAREST[one] !== undefined)
    return what === undefined ? [] : [{what: `${what} of ${name} became ${NEAREST[what]}`}]
  })
