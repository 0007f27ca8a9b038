import {defineSchemaFormat, type SchemaLoss} from '@phlo/core'
import {textOf} from '../unreadable.js'
import {DIALECTS, type Dialect, tableNames} from './dialects.js'
import {readSql} from './read.js'
import {createTable} from './write.js'

/** CREATE TABLE statements, and those around it that say more of tables. */
export default defineSchemaFormat({
  name: 'sql',
  title: 'SQL (CREATE TABLE)',
  extensions: ['.sql', '.ddl'],
  several: true,
  variants: {flag: 'dialect', names: DIALECTS, default: 'spark'},
  async write(documents, {variant = 'spark'}) {
    const dialect = variant as Dialect
    const names = tableNames(
      documents.map(({name}) => name),
      dialect,
    )
    const typeNames = new Set(names.map((name) => name.at(-1) ?? ''))
    const tables: string[] = []
    const losses: SchemaLoss[] = []
    for (const [index, document] of documents.entries()) {
      const table = createTable(document, names[index] ?? document.name, dialect, typeNames)
      tables.push(table.text)
      losses.push(...table.losses)
    }
    return {content: tables.join('\n'), losses}
  },
  async read(content, source, {variant}) {
    return readSql(textOf(content, source), source, variant as Dialect | undefined)
  },
})
