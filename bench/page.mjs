// Writes docs/benchmarks.md from what each bench last found here: page.mjs <bench>… in the page's order.
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {root} from '../scripts/lib/places.mjs'
import {resultsFolder} from './report.mjs'

const HEAD = `# Benchmarks

\`npm run bench\` makes this page: Phlo and its peers in one run, on the same data, which are made from the same seed each time. The cases of
a table run in turn, round after round, each on a fresh copy of the table; a ratio is of medians, to the table's first row. Times are of
whole processes, start-up included, unless the table says something else. A case that has taken as long as the section says is not begun
again, which is why some have fewer rounds. Memory is the peak of the process and of all that it starts.
\`npm run bench -- <names>\` runs some of the benches and replaces their tables here.`

const reports = process.argv
  .slice(2)
  .map((name) => join(resultsFolder, `${name}.json`))
  .filter((file) => existsSync(file))
  .map((file) => JSON.parse(readFileSync(file, 'utf8')))

const row = (cells) => `| ${cells.join(' | ')} |`
const table = ({title, columns, rows}) => {
  const rule = row(columns.map((_, column) => (column === 0 ? '---' : '---:')))
  return [`### ${title}`, '', row(columns), rule, ...rows.map(row)].join('\n')
}
const section = ({name, about, machine, date, limit, notes, tables}) =>
  [
    `## ${name}`,
    about,
    `${machine}; ${date}. A case is not begun again once it has taken ${limit} s.`,
    ...notes,
    ...tables.map(table),
  ].join('\n\n')

writeFileSync(join(root, 'docs', 'benchmarks.md'), `${[HEAD, ...reports.map(section)].join('\n\n')}\n`)
