import {defineQualityCheck, formatTableName, usage} from '@phlo/core'

const DEFAULT_LIMIT = 64

/** Fails for a table whose full name is longer than `limit` characters. */
export default defineQualityCheck({
  name: 'table-name-length',
  evidence: 'metadata',
  async run({table, options}) {
    const limit = options['limit'] ?? DEFAULT_LIMIT
    if (typeof limit !== 'number') throw usage('INVALID_OPTION', `limit is ${JSON.stringify(limit)} and has to be a number.`)
    const name = formatTableName(table.name)
    const length = [...name].length
    return {
      status: length <= limit ? 'passed' : 'failed',
      reason: `${name} has ${length} characters; the limit is ${limit}.`,
      measured: {length},
    }
  },
})
