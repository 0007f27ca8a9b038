import {defineSchemaFormat} from '@phlo/core'
import {type TableAspect, tableLosses} from '../table-losses.js'
import {readDeclarations} from './read.js'
import {writeDeclaration} from './write.js'

const CARRIED: readonly TableAspect[] = ['doc', 'identifier', 'partitioning', 'sortOrder', 'properties']

/** What a table is to be, as YAML that people keep beside their code and `phlo schema apply` brings about. */
export default defineSchemaFormat({
  name: 'phlo',
  title: 'declaration for "phlo schema apply" (YAML)',
  extensions: ['.phlo.yaml', '.phlo.yml', '.yaml', '.yml'],
  several: true,
  async write(documents) {
    const {stringify} = await import('yaml')
    const texts = documents.map((document) => stringify(writeDeclaration(document), {lineWidth: 0, aliasDuplicateObjects: false}))
    return {content: texts.join('---\n'), losses: documents.flatMap((document) => tableLosses(document, 'a declaration', CARRIED))}
  },
  async read(content, source) {
    return readDeclarations(await import('yaml'), content, source)
  },
})
