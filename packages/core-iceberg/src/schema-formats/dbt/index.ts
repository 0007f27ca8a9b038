import {defineSchemaFormat} from '@phlo/core'
import {headLines} from '../loss-comments.js'
import {yamlText} from '../yaml.js'
import {ENGINES, type Engine} from './data-types.js'
import {readProperties} from './read.js'
import {writeSources} from './write.js'

/**
 * Properties files of dbt. Tables are its sources, with data types in the words of the engine that dbt runs on, and those of Iceberg in `meta`,
 * from which they are read again.
 */
export default defineSchemaFormat({
  name: 'dbt',
  title: 'dbt (sources and models, YAML)',
  // Whatever else is YAML is first of all a declaration, whose endings come before these.
  extensions: ['.dbt.yml', '.dbt.yaml', '/schema.yml', '/sources.yml', '/properties.yml', '.yml', '.yaml'],
  several: true,
  variants: {flag: 'dialect', names: ENGINES, default: 'spark'},
  async write(documents, {variant = 'spark'}) {
    const {file, losses} = writeSources(documents, variant as Engine)
    const comments = headLines([], losses).filter((line) => line !== '')
    return {content: yamlText(await import('yaml'), file, comments), losses}
  },
  async read(content, source, {variant}) {
    return readProperties(await import('yaml'), content, source, variant as Engine | undefined)
  },
})
