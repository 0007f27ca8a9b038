import {join} from 'node:path'
import {describe, test} from '@jest/globals'
import {engine} from '@phlo/engine-duckdb'
import {contributionCases, engineCases} from '@phlo/testing'

const cases = await contributionCases(join(import.meta.dirname, '..'))

describe('what the package contributes', () => {
  test.each(cases)('$name', ({run}) => run())
})

describe('DuckDB as an engine', () => {
  test.each(engineCases(engine))('$name', ({run}) => run())
})
