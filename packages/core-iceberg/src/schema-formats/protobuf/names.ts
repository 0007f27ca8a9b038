import {asciiName, typeName} from '../ascii-name.js'
import {namer, uniqueNames} from '../unique-names.js'

/** Words that begin something in a message. */
const KEYWORDS =
  /^(enum|extend|extensions|group|import|map|message|oneof|option|optional|package|repeated|required|reserved|rpc|service|syntax|bool|bytes|double|fixed32|fixed64|float|int32|int64|sfixed32|sfixed64|sint32|sint64|string|uint32|uint64|true|false|inf|nan|to|max)$/

/** Names of fields: those that protoc turns into the same name for JSON are the same. */
export const fieldNames = (names: readonly string[]) =>
  uniqueNames(names, {
    // Parsers in JavaScript lose a field of that name.
    clean: (name) =>
      asciiName(name)
        .replace(/^__proto__$/, 'proto')
        .replace(KEYWORDS, '$1_'),
    fallback: 'field',
    key: (name) => name.replaceAll('_', '').toLowerCase(),
  })

/** Names of messages. */
export const messageNames = () => namer({clean: typeName, fallback: 'Table'})

const HIGHEST = 2 ** 29 - 1
const isNumber = (id: number) => Number.isInteger(id) && id >= 1 && id <= HIGHEST && (id < 19000 || id > 19999)

/** Numbers of fields: their ids, and for ids that Protocol Buffers keep to themselves numbers that no other has. */
export function fieldNumbers(ids: readonly number[]): readonly number[] {
  const taken = new Set(ids.filter(isNumber))
  let next = 1
  return ids.map((id) => {
    if (isNumber(id)) return id
    while (taken.has(next) || !isNumber(next)) next++
    taken.add(next)
    return next
  })
}
