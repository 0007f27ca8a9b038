// `npm run bench`: what is fast and what is not, beside others on the same data in the same run. Prints ratios, and writes them to
// docs/benchmarks.md; nothing passes or fails. `npm run bench -- <names…>` runs some; BENCH_ROUNDS says how many rounds, else five.
import {join} from 'node:path'
import {bin, root, workspaceEnv} from './lib/places.mjs'
import {run} from './lib/run.mjs'
import {build, installDependencies} from './setup.mjs'

const BENCHES = [
  'startup',
  'optimize',
  'shapes',
  's3',
  'sort',
  'deletes',
  'planning',
  'expire',
  'vacuum',
  'schemas',
  'round-trips',
  'branches',
  'mark',
]

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !BENCHES.includes(name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there is ${BENCHES.join(', ')}.`)
  process.exit(2)
}
await installDependencies()
await build()
const script = (name, ...args) =>
  run(join(bin, 'node'), [join(root, 'bench', `${name}.mjs`), ...args], {cwd: root, env: workspaceEnv(), inherit: true})
for (const name of BENCHES.filter((bench) => chosen.length === 0 || chosen.includes(bench))) {
  await script(name).catch((error) => {
    console.error(`The bench ${name} did not end: ${error.message}`)
    process.exitCode = 1
  })
}
await script('page', ...BENCHES)
