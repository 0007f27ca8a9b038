// Merging 1,000 files of about 100 KB: Phlo's whole command, beside DuckDB's COPY of the same files and PyIceberg's read and overwrite.
import {cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bin, root, workspaceEnv} from '../scripts/lib/places.mjs'
import {run} from '../scripts/lib/run.mjs'
import {start as python} from '../scripts/servers/python.mjs'
import {printRatios, roundRobin, runOnce} from './measure.mjs'

const FILES = 1000
const ROWS = 2000

const {env: judges} = await python()
const folder = mkdtempSync(join(tmpdir(), 'phlo-bench-'))
const lake = join(folder, 'lake')
const env = workspaceEnv({HOME: join(folder, 'home')})
const node = join(bin, 'node')
mkdirSync(lake)

console.log(`Making ${FILES} files of ${ROWS} rows …`)
await run(node, [join(root, 'bench', 'make-files.mjs'), lake, String(FILES), String(ROWS)], {cwd: root, env, inherit: true})

/** A fresh copy of the table for each run: its metadata names the place where it is, which is why it is moved there. */
const saved = join(folder, 'saved')
cpSync(lake, saved, {recursive: true})
const restore = () => {
  rmSync(lake, {recursive: true})
  cpSync(saved, lake, {recursive: true})
}
const data = join(lake, '.phlo', 'warehouse', 'bench', 'events', 'data')
const files = readdirSync(data).length

const copy = `import duckdb; duckdb.execute("SET threads=2"); duckdb.execute("COPY (SELECT * FROM '${data}/*.parquet') TO '${join(folder, 'one.parquet')}' (FORMAT parquet, CODEC 'zstd')")`
const overwrite = `
from pyiceberg.catalog.sql import SqlCatalog
table = SqlCatalog('local', uri='sqlite:///${lake}/.phlo/catalog.db', warehouse='file://${lake}/.phlo/warehouse').load_table('bench.events')
table.overwrite(table.scan().to_arrow())
`
const figures = await roundRobin(
  [
    {
      name: 'phlo table optimize',
      prepare: restore,
      run: () => runOnce(join(bin, 'phlo'), ['table', 'optimize', 'bench.events', '--yes'], {cwd: lake, env}),
    },
    {name: 'DuckDB COPY (2 threads)', prepare: restore, run: () => runOnce(judges.PHLO_TEST_DUCKDB, ['-c', copy])},
    {name: 'PyIceberg read and overwrite', prepare: restore, run: () => runOnce(judges.PHLO_TEST_PYICEBERG, ['-c', overwrite])},
  ],
  {rounds: 3},
)
printRatios(`Merging ${files} files (${FILES * ROWS} rows), whole processes, 3 rounds in turn`, figures)
rmSync(folder, {recursive: true, force: true})
