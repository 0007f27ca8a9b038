import {describe, expect, test} from '@jest/globals'
import {concurrently} from '../../src/io/concurrently.js'

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = []
  for await (const value of values) found.push(value)
  return found
}

describe('several sources', () => {
  test('give all that they have, with no more of them at once than allowed, and may add others', async () => {
    let [running, most] = [0, 0]
    const queue: AsyncIterable<number>[] = []
    const source = async function* (from: number): AsyncIterable<number> {
      most = Math.max(most, ++running)
      for (let value = from; value < from + 3; value++) {
        await Promise.resolve()
        yield value
      }
      if (from < 100) queue.push(source(from + 100))
      running -= 1
    }
    queue.push(...[0, 10, 20, 30, 40].map(source))
    const starts = [0, 10, 20, 30, 40, 100, 110, 120, 130, 140]
    expect((await all(concurrently(queue, 3))).toSorted((a, b) => a - b)).toEqual(starts.flatMap((start) => [start, start + 1, start + 2]))
    expect(most).toBe(3)
  })

  test('are all ended when one fails, and when nobody wants more', async () => {
    let ended = 0
    const endless = async function* (): AsyncIterable<string> {
      try {
        for (;;) yield 'more'
      } finally {
        ended += 1
      }
    }
    // biome-ignore lint/correctness/useYield: it fails before it gives anything.
    const failing = async function* (): AsyncIterable<string> {
      throw new Error('broken')
    }
    await expect(all(concurrently([failing(), endless(), endless()], 3))).rejects.toThrow('broken')
    expect(ended).toBe(2)
    for await (const value of concurrently([endless(), endless()], 2)) {
      expect(value).toBe('more')
      break
    }
    expect(ended).toBe(4)
  })
})
