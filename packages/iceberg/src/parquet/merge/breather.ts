import {setImmediate} from 'node:timers/promises'

/** Milliseconds for which a thread sees nothing of what others have done. */
const AT_A_STRETCH = 10

/** Lets in what waits (other threads' results, writes that ended, an interrupt), unless it did so a moment ago. */
export function createBreather(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < AT_A_STRETCH) return
    await setImmediate()
    since = performance.now()
  }
}
