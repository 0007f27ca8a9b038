import type {Progress} from '../operation.js'
import {formatCount} from '../units.js'

const REDRAW = 100
const LINE_EVERY = 5000
const BAR = 24

/** Where progress is written; standard error, except in tests. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Says nothing: under `--quiet` and `--json`. */
export const noProgress: Progress = {start() {}, advance() {}, done() {}}

/** A bar that redraws itself on a terminal; elsewhere a line when a step has run for five seconds, and every five after that. */
export function createProgress(stream: ProgressStream, now: () => number): Progress {
  const terminal = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  let step = ''
  let total: number | undefined
  let units = 0
  let written = 0
  const show = () => {
    const text = `${step}${figures(units, total, terminal)}`
    stream.write(terminal ? `\r\u001B[K${text.slice(0, (stream.columns ?? 80) - 1)}` : `${text}\n`)
    written = now()
  }
  return {
    start(name, of) {
      step = name
      total = of
      units = 0
      written = now()
      if (terminal) show()
    },
    advance(by = 1) {
      units += by
      if (step !== '' && now() - written >= (terminal ? REDRAW : LINE_EVERY)) show()
    },
    done() {
      if (terminal && step !== '') stream.write('\r\u001B[K')
      step = ''
    },
  }
}

function figures(units: number, total: number | undefined, bar: boolean): string {
  if (total === undefined || total <= 0) return units > 0 ? ` ${formatCount(units)}` : ''
  const share = Math.min(1, units / total)
  const filled = Math.round(share * BAR)
  const drawn = bar ? ` ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}` : ''
  return `${drawn} ${formatCount(units)} of ${formatCount(total)} (${Math.floor(share * 100)}%)`
}
