import {defineSchemaFormat} from '@phlo/core'
import type {ReflectionObject, Type} from 'protobufjs'
import {notReadable, parsed, textOf} from '../unreadable.js'
import {tableOfMessage} from './read.js'
import {protoFile} from './write.js'

/** Protocol Buffers (proto3). Messages that no other message refers to are the tables of a file. */
export default defineSchemaFormat({
  name: 'protobuf',
  title: 'Protocol Buffers',
  extensions: ['.proto'],
  several: true,
  write: async (documents) => protoFile(documents),
  async read(content, source) {
    const text = textOf(content, source)
    const {default: protobuf} = await import('protobufjs')
    const messages = parsed(source, 'a file of Protocol Buffers', () => {
      const {root} = protobuf.parse(text, new protobuf.Root(), {keepCase: true, alternateCommentMode: true})
      root.resolveAll()
      const within = (object: ReflectionObject): readonly Type[] => [
        ...(object instanceof protobuf.Type ? [object] : []),
        ...(object instanceof protobuf.Namespace ? object.nestedArray.flatMap(within) : []),
      ]
      return within(root)
    })
    const referred = new Set(messages.flatMap((message) => message.fieldsArray.map((field) => field.resolvedType)))
    const tables = messages.filter((message) => !referred.has(message))
    if (tables.length === 0) throw notReadable(source, 'it declares no message that is not in another one')
    return tables.map((message) => tableOfMessage(protobuf, message, source))
  },
})
