import {checkUnique, type FieldReader, fieldReader} from './metadata-checks.js'
import {isPrimitiveType} from './primitive-types.js'

/**
 * Checks a schema of a metadata file (spec, Appendix C "Schemas"): every type is one of the specification or at least a type
 * name, every field has an id of its own. Throws `METADATA_CORRUPT`.
 */
export function checkSchema(schema: FieldReader, key: string, path: string): void {
  if (schema.object['type'] !== 'struct') schema.fail('type', 'is not "struct"')
  const ids: number[] = []
  checkStruct(schema, key, path, ids)
  checkUnique(schema, 'fields', ids)
}

function checkStruct(struct: FieldReader, where: string, path: string, ids: number[]): void {
  if (!Array.isArray(struct.object['fields'])) struct.fail('fields', 'is not a list')
  for (const [index, field] of struct.list('fields').entries()) {
    ids.push(field.int('id'))
    field.string('name')
    field.boolean('required')
    checkType(field, 'type', `${where}.fields[${index}].type`, path, ids)
  }
}

function checkType(parent: FieldReader, key: string, where: string, path: string, ids: number[]): void {
  const type = parent.object[key]
  if (typeof type === 'string') {
    if (!isPrimitiveType(type)) parent.fail(key, `is not a type: ${JSON.stringify(type)}`)
    return
  }
  if (!parent.has(key)) parent.fail(key, 'is missing')
  const nested = fieldReader(type, where, path)
  switch (nested.object['type']) {
    case 'struct':
      checkStruct(nested, where, path, ids)
      return
    case 'list':
      ids.push(nested.int('element-id'))
      nested.boolean('element-required')
      checkType(nested, 'element', `${where}.element`, path, ids)
      return
    case 'map':
      ids.push(nested.int('key-id'), nested.int('value-id'))
      nested.boolean('value-required')
      checkType(nested, 'key', `${where}.key`, path, ids)
      checkType(nested, 'value', `${where}.value`, path, ids)
      return
    default:
      nested.fail('type', 'is not "struct", "list" or "map"')
  }
}
