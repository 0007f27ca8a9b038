// `npm run quickstart`: makes a demo lakehouse from real data in ./.phlo and runs the main job on it. Starts afresh each time.
import {spawnSync} from 'node:child_process'
import {rmSync} from 'node:fs'
import {join} from 'node:path'
import {bin, root, workspaceEnv} from './lib/places.mjs'
import {run} from './lib/run.mjs'
import {build, installDependencies} from './setup.mjs'

const TABLE = 'demo.flights'
// The demo is of this clone, whatever catalogs the one who runs it has configured elsewhere.
const own = {PHLO_CONFIG_DIR: join(root, '.phlo', 'config'), PHLO_CATALOG: 'local'}
const env = workspaceEnv(own)
const node = join(bin, 'node')

const say = (text) => console.log(`\n\x1b[1m${text}\x1b[0m`)

/** Types a command and shows what it says. */
function show(meaning, ...args) {
  say(meaning)
  console.log(`$ npx phlo ${args.map((arg) => (/[\s"*<>]/.test(arg) ? `"${arg}"` : arg)).join(' ')}`)
  const {status} = spawnSync(join(bin, 'phlo'), args, {cwd: root, env, stdio: ['ignore', 'inherit', 'inherit']})
  if (status !== 0) process.exit(status ?? 1)
}

/** Runs a program of the demo itself. */
const play = (script, ...args) => run(node, [join(root, 'scripts', 'demo', script), ...args], {cwd: root, env, inherit: true})

const quietly = (...args) => spawnSync(join(bin, 'phlo'), args, {cwd: root, env, stdio: 'ignore'}).status

await installDependencies()
await build()

say('A lakehouse in ./.phlo: a SQLite catalog and a folder of files')
if (quietly('table', 'show', TABLE) === 0 && quietly('table', 'drop', TABLE, '--yes') !== 0) process.exit(1)
rmSync(join(root, '.phlo', 'warehouse', 'demo'), {recursive: true, force: true})
if (quietly('namespace', 'show', 'demo') !== 0) quietly('namespace', 'create', 'demo')
show(
  'An Iceberg table for flights, partitioned by the month of the flight',
  ...['table', 'create', TABLE, '--partition-by', 'month(date)'],
  ...['--schema', 'date: timestamp, delay: long, distance: long, origin: string, destination: string'],
)

say('Three million real flights arrive as a streaming writer sends them: 300 files in 60 commits')
await play('load-flights.mjs', TABLE)

show('What that leaves behind: hundreds of small files, each of which every query has to open', 'table', 'stats', TABLE)
say('A query over it')
await play('query-flights.mjs', TABLE)
show('What optimize would do: exactly this, and nothing is changed yet', 'table', 'optimize', TABLE, '--dry-run')
show('Merge the small files; the result is verified before it is committed', 'table', 'optimize', TABLE, '--yes')
show('The history: 60 appends and one replace, each of which can still be read', 'snapshot', 'list', TABLE)
show(
  'Forget all but the last snapshot, and delete the files that only the others need',
  'table',
  'expire-snapshots',
  TABLE,
  '--older-than',
  '0s',
  '--yes',
)
show('Is anything left in its folder that nothing refers to? Files younger than a day never count', 'table', 'vacuum', TABLE, '--dry-run')
say('The same query: the same answer')
await play('query-flights.mjs', TABLE)
show('And the table now', 'table', 'stats', TABLE)
say('Now it is yours: npx phlo table --help')
