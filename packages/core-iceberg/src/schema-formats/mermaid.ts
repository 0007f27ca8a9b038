import {defineSchemaFormat, type SchemaDocument, type SchemaLoss, type SchemaType} from '@phlo/core'
import {type Column, columnsIn} from './columns.js'
import {tableLosses} from './table-losses.js'
import {uniqueNames} from './unique-names.js'

/** An entity diagram of Mermaid, which has a row for each column at every depth: those inside of others have names with dots. */
export default defineSchemaFormat({
  name: 'mermaid',
  title: 'Mermaid (entity diagram)',
  extensions: ['.mmd', '.mermaid'],
  several: true,
  async write(documents) {
    const wanted = documents.map(({name}) => name.join('.'))
    const names = uniqueNames(wanted, {clean: entityName, fallback: '_'})
    const losses: SchemaLoss[] = []
    const entities = documents.map((document, index) => {
      const name = names[index] ?? '_'
      losses.push(...tableLosses(document, 'a diagram', ['identifier']))
      if (name !== wanted[index]) losses.push({what: `the name ${JSON.stringify(wanted[index])} became ${JSON.stringify(name)}`})
      return `  "${name}" {\n${rows(document, losses).join('')}  }\n`
    })
    const comments = [...new Set(losses.map(({column, what}) => `  %% ${column ? `${JSON.stringify(column.join('.'))}: ` : ''}${what}\n`))]
    const isIdentified = documents.some(({schema}) => (schema['identifier-field-ids'] ?? []).length > 0)
    return {content: `erDiagram\n${isIdentified ? '  %% PK: an identifier field\n' : ''}${comments.join('')}${entities.join('')}`, losses}
  },
})

function rows({schema}: SchemaDocument, losses: SchemaLoss[]): readonly string[] {
  const ids = new Set(schema['identifier-field-ids'])
  const within = (type: SchemaType, path: Column['path'], above: readonly string[]): readonly string[] => {
    const columns = columnsIn(type, path)
    const names = uniqueNames(
      columns.map(({name}) => name),
      {clean: attributeName, fallback: '_'},
    )
    return columns.flatMap((column, index) => {
      const own = names[index] ?? column.name
      if (own !== column.name) losses.push({column: column.path, what: `the name ${JSON.stringify(column.name)} became ${own}`})
      for (const key of ['initial-default', 'write-default'] as const) {
        if ((column[key] ?? null) !== null) losses.push({column: column.path, what: `a diagram has no place for the ${key}`})
      }
      const name = [...above, own]
      if (ids.has(column.id) && name.join('.') !== column.path.join('.'))
        losses.push({what: 'identifier fields have the names of this diagram'})
      const told = [...(column.required ? ['not null'] : []), ...(column.doc === undefined ? [] : [column.doc])].map(entities)
      const comment = told.length === 0 ? '' : ` "${told.join('; ')}"`
      const row = `    ${typeName(column, losses)} ${name.join('.')}${ids.has(column.id) ? ' PK' : ''}${comment}\n`
      return [row, ...within(column.type, column.path, name)]
    })
  }
  return within(schema, [], [])
}

/** Types of attributes have no colons in them. */
function typeName({type, path}: Column, losses: SchemaLoss[]): string {
  if (typeof type !== 'string') return type.type
  const plain = type.replaceAll(/\s/g, '')
  const name = /^[a-z_]+(?:[[(][\d,]+[\])])?$/.test(plain) ? plain : plain.replace(/\(.*$/, '')
  if (name !== plain) losses.push({column: path, what: `${type} became ${name}, without reference system and edges`})
  return name
}

/** A word of the lexer (`ATTRIBUTE_WORD`) without dots, which part what is inside of what. */
function attributeName(name: string): string {
  const cleaned = name.replaceAll(/[^A-Za-z0-9_\u00C0-\u1FFF\u2070-\u2FFF\u3001-\uFEFE\uFF00-\uFFFD-]/g, '_')
  return /^(?:[0-9-]|[pfu]k(?![A-Za-z0-9_]))/i.test(cleaned) ? `_${cleaned}` : cleaned
}

/** Between double quotes. */
const entityName = (name: string) => name.replaceAll(/["%\\#;\p{Cc}\u2028\u2029]/gu, '_')

/** Whatever could mean something is told by its number. */
function entities(text: string): string {
  return text.replaceAll(/[^\p{L}\p{M}\p{N} .,()/_'-]/gu, (character) => `#${character.codePointAt(0)};`)
}
