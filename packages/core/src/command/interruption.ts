import {ExitCode, PhloError} from '../errors.js'

/** Turns SIGINT and SIGTERM into an abort, from `listen` to `stop`. */
export interface Interruption {
  readonly signal: AbortSignal
  /** From here on the first signal only aborts, so that the step in hand can be finished or undone; a second one ends the process. */
  listen(): void
  stop(): void
}

export function createInterruption(tell: (message: string) => void): Interruption {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted)
    tell(
      `${name === 'SIGINT' ? 'Interrupted' : 'Told to stop'}: the step in hand is finished or undone first. A second ${name} stops at once.`,
    )
    controller.abort(interrupted())
  }
  return {
    signal: controller.signal,
    listen() {
      if (process.listeners('SIGINT').includes(onSignal)) return
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
    },
    stop() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    },
  }
}

/** What an interrupted command ends with. */
export function interrupted(): PhloError {
  return new PhloError('Interrupted.', {code: 'INTERRUPTED', exit: ExitCode.interrupted})
}
