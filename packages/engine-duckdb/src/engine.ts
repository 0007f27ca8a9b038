import type {ExecutionEngine} from '@phlo/core'
import {refusal} from './refusal.js'

/** DuckDB within this process. It is loaded when something is sorted, and not before. */
const engine: ExecutionEngine = {
  $type: '@phlo/engine',
  contract: 1,
  name: 'duckdb',
  capabilities: {sql: false, sort: true, distributed: false},
  refusal,
  async sort(request) {
    const {sort} = await import('./sort.js')
    return sort(request)
  },
}

export default engine
