// The mark phase over histories of up to 100,000 commits that branches and tags share: whole processes, with and without marks of before.
// mark.mjs [commits]
import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {bin, root, workspaceEnv} from '../scripts/lib/places.mjs'
import {start} from '../scripts/servers/nessie.mjs'
import {growthTable} from './growth.mjs'
import {openHistory} from './make-commits.mjs'
import {median, roundRobin, runOnce} from './measure.mjs'
import {openReport} from './report.mjs'
import {temporaryFolder} from './temporary-folder.mjs'

const COMMITS = Number(process.argv[2] ?? 100_000)
/** Branches and tags, for each of the sizes. */
const REFERENCES = [10, 25, 50]

const report = openReport(
  'mark',
  'What branches and tags of a Nessie server reach is marked: all of one history, of which each commit changes one of 200 tables. No table is read. The time of the server, which is on this machine and in memory, is in it.',
)
const server = await start({memory: '4g'})
const uri = server.env.PHLO_TEST_NESSIE_URI
const folder = temporaryFolder('phlo-mark-')
const marks = join(folder, 'marks.db')
const mark = (...args) =>
  runOnce(join(bin, 'node'), [join(root, 'bench', 'run-mark.mjs'), uri, ...args], {cwd: root, env: workspaceEnv(), tells: true})
const forget = () => {
  for (const end of ['', '-wal', '-shm']) rmSync(`${marks}${end}`, {force: true})
}
try {
  const history = await openHistory(uri)
  const sizes = [COMMITS / 100, COMMITS / 10, COMMITS]
  const all = new Map()
  for (const [index, size] of sizes.entries()) {
    await history.growTo(size, REFERENCES[index])
    forget()
    await mark(marks)
    const figures = await roundRobin([
      {name: 'all that counts', run: () => mark()},
      {name: 'heads and the last 100 commits', run: () => mark('', '100')},
      {name: 'all that counts, again with --mark-file', run: () => mark(marks)},
    ])
    report.times(`${size.toLocaleString('en')} commits, ${REFERENCES[index]} branches and tags`, figures)
    all.set(size, figures)
  }
  growthTable(report, 'Growth: the exponent of the time without the start of the process, where 1 is linear', all, {
    figureOf: ({calls}) => median(calls),
  })
  growthTable(report, 'Growth: the exponent of the peak memory', all, {figureOf: ({peak}) => peak})
} finally {
  await server.stop()
  rmSync(folder, {recursive: true, force: true})
}
