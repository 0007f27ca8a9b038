import stringWidth from 'string-width'
import {formatCount} from '../units.js'

const LEVELS = '▁▂▃▄▅▆▇█'
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** One character a value, from `▁` for none to `█` for the largest. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(0, ...values)
  return values.map((value) => LEVELS[largest <= 0 ? 0 : Math.ceil((Math.max(0, value) / largest) * (LEVELS.length - 1))]).join('')
}

/** Labelled bars below each other with their counts; the largest is `width` characters long, and whatever is not zero shows. */
export function histogram(buckets: readonly {readonly label: string; readonly count: number}[], width = 30): string {
  const largest = Math.max(1, ...buckets.map(({count}) => count))
  const labels = Math.max(0, ...buckets.map(({label}) => stringWidth(label)))
  const counts = Math.max(0, ...buckets.map(({count}) => formatCount(count).length))
  return buckets
    .map(({label, count}) => {
      const eighths = count === 0 ? 0 : Math.max(1, Math.round((count / largest) * width * 8))
      const bar = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]
      return `${' '.repeat(labels - stringWidth(label))}${label}  ${formatCount(count).padStart(counts)}  ${bar}`.trimEnd()
    })
    .join('\n')
}
