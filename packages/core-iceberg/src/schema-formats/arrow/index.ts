import {defineSchemaFormat} from '@phlo/core'
import {notReadable, parsed} from '../unreadable.js'
import {tableOfArrow} from './read.js'
import {arrowSchema} from './write.js'

/** The bytes of an Arrow IPC stream without a batch, whose first message is the schema: what `pyarrow.ipc.read_schema` takes. */
export default defineSchemaFormat({
  name: 'arrow',
  title: 'Arrow (IPC schema)',
  extensions: ['.arrows', '.arrow'],
  async write([document]) {
    const arrow = await import('apache-arrow')
    if (!document) return {content: new Uint8Array(), losses: []}
    const {schema, losses} = arrowSchema(arrow, document)
    return {content: arrow.RecordBatchStreamWriter.writeAll(new arrow.Table(schema)).toUint8Array(true), losses}
  },
  async read(content, source) {
    if (content.length === 0) throw notReadable(source, 'it is empty')
    const arrow = await import('apache-arrow')
    const {schema} = parsed(source, 'an Arrow schema', () => arrow.RecordBatchReader.from(content).open())
    if (!schema) throw notReadable(source, 'it has no Arrow schema')
    return [tableOfArrow(arrow, schema, source)]
  },
})
