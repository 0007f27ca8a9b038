import {afterEach, expect, jest, test} from '@jest/globals'
import {createInterruption} from '@phlo/core/command'

afterEach(() => {
  jest.restoreAllMocks()
})

test('the first signal aborts and says so, the second ends the process', () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  const told: string[] = []
  const interruption = createInterruption((message) => told.push(message))
  interruption.listen()
  interruption.listen()
  process.emit('SIGTERM')
  expect(told).toEqual([expect.stringContaining('Told to stop')])
  expect(interruption.signal.reason).toMatchObject({code: 'INTERRUPTED', exit: 130})
  expect(exit).not.toHaveBeenCalled()
  process.emit('SIGINT')
  expect(exit).toHaveBeenCalledWith(130)
  interruption.stop()
  expect(process.listenerCount('SIGINT')).toBe(0)
})
