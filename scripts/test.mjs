// `npm test`: installs what is missing, then passes every suite. `npm test -- <jest arguments>` narrows it down. `npm run test:long`
// tries in full what `npm test` samples: more random sequences and cases, of another seed, and a second writer at
// every call.
import {randomInt} from 'node:crypto'
import {mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bin, root, workspaceEnv} from './lib/places.mjs'
import {run} from './lib/run.mjs'
import {providers, startServers} from './lib/servers.mjs'
import {build, installDependencies} from './setup.mjs'

await installDependencies()
await run(join(bin, 'biome'), ['check', '.'], {cwd: root, env: workspaceEnv(), inherit: true})
await build()
await run(join(bin, 'tsc'), ['-p', 'tsconfig.tests.json'], {cwd: root, env: workspaceEnv(), inherit: true})

console.log(`Starting what the suites ask for (${Object.keys(providers).join(', ')}); the first time installs it …`)
const servers = await startServers(Object.keys(providers))
for (const {name, why} of servers.missing) console.log(`left out: every *.${name}.test.ts, because ${why}`)

const isLong = process.argv.includes('--long')
const seed = process.env.PHLO_TEST_SEED ?? String(randomInt(2 ** 31))
if (isLong) console.log(`To try the same random cases again: PHLO_TEST_SEED=${seed}`)
const more = {PHLO_TEST_RUNS: '334', PHLO_TEST_EVERY: '1', PHLO_TEST_CASES: '50000', PHLO_TEST_TIMEOUT: '3600000', PHLO_TEST_SEED: seed}
const long = isLong ? more : {}
const given = process.argv.slice(2).filter((argument) => argument !== '--long')

const report = join(mkdtempSync(join(tmpdir(), 'phlo-report-')), 'jest.json')
const leaveOut = servers.missing.flatMap(({name}) => ['--testPathIgnorePatterns', `\\.${name}\\.test\\.ts$`])
const env = workspaceEnv({...servers.env, ...long, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning'})
const passed = await run(join(bin, 'jest'), ['--maxWorkers=2', '--json', `--outputFile=${report}`, ...leaveOut, ...given], {
  cwd: root,
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
}).then(
  () => true,
  () => false,
)
await servers.stop()

const {numPassedTests, numFailedTests} = JSON.parse(readFileSync(report, 'utf8'))
console.log(`${numPassedTests} passed, ${numFailedTests} failed`)
const incomplete = servers.missing.length > 0 && process.env.CI
if (incomplete) console.log('CI is set: suites that could not run count as failed.')
process.exitCode = passed && !incomplete ? 0 : 1
