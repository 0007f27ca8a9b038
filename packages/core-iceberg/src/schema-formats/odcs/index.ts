import {defineSchemaFormat} from '@phlo/core'
import {headLines} from '../loss-comments.js'
import {yamlText} from '../yaml.js'
import {readContract} from './read.js'
import {writeContract} from './write.js'

/** Contracts of the Open Data Contract Standard: what a team promises of its tables, of which the schemas are one part. */
export default defineSchemaFormat({
  name: 'odcs',
  title: 'Open Data Contract Standard (YAML)',
  // Whatever else is YAML is first of all a declaration, whose endings come before these.
  extensions: ['.odcs.yaml', '.odcs.yml', '/datacontract.yaml', '.yaml', '.yml'],
  several: true,
  async write(documents) {
    const {contract, losses} = writeContract(documents)
    const comments = headLines([], losses).filter((line) => line !== '')
    return {content: yamlText(await import('yaml'), contract, comments), losses}
  },
  async read(content, source) {
    return readContract(await import('yaml'), content, source)
  },
})
