import {mkdirSync, writeFileSync} from 'node:fs'
import {cpus, totalmem, type} from 'node:os'
import {join} from 'node:path'
import {root} from '../scripts/lib/places.mjs'
import {limitSeconds, median} from './measure.mjs'

/** Where the tables of each bench are kept, for the page to be made of. */
export const resultsFolder = join(root, 'bench', 'results')

const machine = () => `${cpus().length} cores, ${Math.ceil(totalmem() / 1024 ** 3)} GB, ${type()}`

/**
 * What a bench found. Each table is printed and kept as soon as it is there; what an earlier run of the same bench kept goes.
 *
 * @param {string} name the bench's
 * @param {string} about one paragraph: what is measured
 * @param {number} [limit] after how many seconds a case is not begun again
 */
export function openReport(name, about, limit = limitSeconds()) {
  const report = {name, about, machine: machine(), date: new Date().toISOString().slice(0, 10), limit, notes: [], tables: []}
  const keep = () => {
    mkdirSync(resultsFolder, {recursive: true})
    writeFileSync(join(resultsFolder, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`)
  }
  function table(title, columns, rows) {
    report.tables.push({title, columns, rows})
    keep()
    print(title, columns, rows)
  }
  return {
    table,
    /** Times with their median's ratio to that of the first case. A case without a round is a failed one. */
    times(title, figures) {
      const [base] = [...figures.values()].map(({ms}) => median(ms))
      const rows = [...figures].filter(([, {ms, failed}]) => ms.length > 0 || failed).map(([name, figure]) => timesRow(name, figure, base))
      table(title, ['', 'min', 'median', 'max', 'rounds', 'peak memory', 'ratio'], rows)
    },
    note(text) {
      console.log(text)
      report.notes.push(text)
      keep()
    },
  }
}

function timesRow(name, {ms, peak, failed}, base) {
  const memory = peak > 0 ? `${Math.round(peak / 1024 ** 2)} MiB` : ''
  if (failed || ms.length === 0) return [name, 'failed', '', '', `${ms.length}`, memory, '']
  const times = [Math.min(...ms), median(ms), Math.max(...ms)].map(formatTime)
  return [name, ...times, `${ms.length}`, memory, base ? (median(ms) / base).toFixed(2) : '']
}

const formatTime = (ms) => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`)

function print(title, columns, rows) {
  const widths = columns.map((_, column) => Math.max(...[columns, ...rows].map((row) => row[column].length)))
  const line = (row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')
  console.log(`\n${title}\n${[columns, ...rows].map(line).join('\n')}`)
}
