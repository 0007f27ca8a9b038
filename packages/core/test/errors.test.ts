import {describe, expect, test} from '@jest/globals'
import {ExitCode, hasCode, isPhloError, PhloError, parseTableName, tableNotFound} from '@phlo/core'

describe('PhloError', () => {
  test('is recognised by its tag, not by its class', () => {
    const fromAnotherCopy = {...tableNotFound('sales.orders', 'lake')}
    expect(isPhloError(fromAnotherCopy)).toBe(true)
    expect(isPhloError(new Error('x'))).toBe(false)
  })

  test('carries the exit code where oclif looks for it', () => {
    const error = new PhloError('no', {code: 'NO', exit: ExitCode.refused})
    expect(error.oclif.exit).toBe(6)
    expect(hasCode(error, 'NO')).toBe(true)
  })
})

describe('parseTableName', () => {
  test('takes everything before the last dot as the namespace', () => {
    expect(parseTableName('lake.emea.orders')).toEqual({namespace: ['lake', 'emea'], name: 'orders'})
  })

  test('takes what has a slash in it for the path of a table', () => {
    expect(parseTableName('s3://lake/v1.0/orders')).toEqual({namespace: [], name: 's3://lake/v1.0/orders'})
  })

  test.each(['orders', '', 'a..b', '.b', 'a.'])('refuses %j', (text) => {
    expect(() => parseTableName(text)).toThrow('is not a table name')
  })
})
