import {asciiName, typeName} from '../ascii-name.js'
import {namer, uniqueNames} from '../unique-names.js'
import {PYTHON_TAKEN} from './text.js'

const reserved = new Set(PYTHON_TAKEN)
const free = (name: string) => (reserved.has(name) ? `${name}_` : name)

/** Names for variables of a module. */
export const variables = () =>
  namer({clean: (name) => free(asciiName(name).replace(/^_+/, '').replace(/^(\d)/, 't$1').toLowerCase()), fallback: 'table'})

/** Names for classes of a module. */
export const classes = () => namer({clean: (name) => free(typeName(name)), fallback: 'Table'})

/** Names for the fields of a dataclass. Two underscores before a name would make it another one. */
export const attributeNames = (names: readonly string[], taken: readonly string[]) =>
  uniqueNames(names, {taken, clean: (name) => free(asciiName(name).replace(/^_+(?=_)/, '')), fallback: 'field_'})

/** What models of pydantic have themselves. */
const OF_MODELS = new Set([
  'construct',
  'copy',
  'dict',
  'from_orm',
  'json',
  'parse_file',
  'parse_obj',
  'parse_raw',
  'schema',
  'schema_json',
  'update_forward_refs',
  'validate',
])

/** Names for the fields of a model of pydantic, which are public and not those of its methods. */
export const modelNames = (names: readonly string[], taken: readonly string[]) =>
  uniqueNames(names, {
    taken,
    clean(name) {
      const plain = asciiName(name).replace(/^_+/, '').replace(/^(\d)/, 'field_$1')
      if (OF_MODELS.has(plain)) return `${plain}_`
      return plain.startsWith('model_') ? `the_${plain}` : free(plain)
    },
    fallback: 'field',
  })
