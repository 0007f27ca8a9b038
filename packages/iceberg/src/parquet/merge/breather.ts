import {setImmediate} from 'node:timers/promises'

/**
 * Lets in what waits (other threads' results, writes that ended, an interrupt) when so many milliseconds have passed since it last did.
 */
export function createBreather(milliseconds: number): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < milliseconds) return
    await setImmediate()
    since = performance.now()
  }
}
