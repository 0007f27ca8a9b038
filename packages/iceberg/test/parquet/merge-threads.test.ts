import {describe, expect, test} from '@jest/globals'
import type {ColumnMerge} from '../../src/parquet/merge/merge-column.js'
import {createMergeThreads} from '../../src/parquet/merge/merge-threads.js'

const column = {parts: []} as unknown as ColumnMerge

describe('threads', () => {
  test('are not there for less work than their start takes, however many there may be', async () => {
    const threads = createMergeThreads(4)
    threads.expect(400)
    expect(threads.offer(column)).toBeUndefined()
    threads.expect(400)
    expect(threads.offer(column)?.withdraw()).toBe(column)
    await threads.close()
  })

  test('are not there where none may be', async () => {
    const threads = createMergeThreads(0)
    threads.expect(1e9)
    expect(threads.offer(column)).toBeUndefined()
    await threads.close()
  })

  test('give a column back once, and tell who waits for one that they are closed', async () => {
    const threads = createMergeThreads(1, 0)
    threads.expect(1)
    const offered = [threads.offer(column), threads.offer(column)]
    expect(offered[0]?.withdraw()).toBe(column)
    expect(offered[0]?.withdraw()).toBeUndefined()
    const closed = threads.close()
    await expect(offered[1]?.merged()).rejects.toThrow('closed')
    await closed
  })
})
