// Passes the suites that `npm test` asks for, on the workspace's own Node.
import {randomInt} from 'node:crypto'
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'
import {bin, cacheFolder, root, workspaceEnv} from './lib/places.mjs'
import {run} from './lib/run.mjs'
import {isScenarioPageOutdated, scenarioPage, scenarioTable} from './lib/scenario-table.mjs'
import {isSchemaFormatPageOutdated, schemaFormatPage, schemaFormatTable} from './lib/schema-format-table.mjs'
import {providers, startServers} from './lib/servers.mjs'
import {build} from './setup.mjs'

await run(join(bin, 'biome'), ['check', '.'], {cwd: root, env: workspaceEnv(), inherit: true})
await build()
await run(join(bin, 'tsc'), ['-p', 'tsconfig.tests.json'], {cwd: root, env: workspaceEnv(), inherit: true})

// What servers and suites leave in it goes with it. PostgreSQL may run as another user, who has to get through.
const scratch = mkdtempSync(join(tmpdir(), 'phlo-test-'))
chmodSync(scratch, 0o755)
process.env.TMPDIR = scratch

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interruption.abort())

const isLong = process.argv.includes('--long')
const seed = process.env.PHLO_TEST_SEED ?? String(randomInt(2 ** 31))
if (isLong) console.log(`To try the same random cases again: PHLO_TEST_SEED=${seed}`)
const more = {PHLO_TEST_RUNS: '334', PHLO_TEST_EVERY: '1', PHLO_TEST_CASES: '50000', PHLO_TEST_TIMEOUT: '3600000', PHLO_TEST_SEED: seed}
const long = isLong ? more : {}
const isForDocs = process.argv.includes('--docs')
const given = process.argv.slice(2).filter((argument) => !['--long', '--docs'].includes(argument))

/** Runs the suites beside the servers, and tells whether they passed. What a suite's name asks for in vain leaves it out. */
async function passSuites(servers) {
  const report = join(scratch, 'jest.json')
  // Last: Jest would take the paths that are given for more of what it is to leave out.
  const leaveOut = servers.missing.flatMap(({name}) => ['--testPathIgnorePatterns', `\\.${name}\\.(\\w+\\.)*test\\.ts$`])
  const env = workspaceEnv({...servers.env, ...long, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning'})
  // Jest's own cache, which it would keep among the temporary files, is worth more than a run.
  const options = ['--maxWorkers=2', '--json', `--outputFile=${report}`, `--cacheDirectory=${cacheFolder('jest')}`]
  const passed = await run(join(bin, 'jest'), [...options, ...given, ...leaveOut], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    signal: interruption.signal,
  }).then(
    () => true,
    () => false,
  )
  if (interruption.signal.aborted) return false
  const found = JSON.parse(readFileSync(report, 'utf8'))
  console.log(`${found.numPassedTests} passed, ${found.numFailedTests} failed`)
  const pages = [
    {path: scenarioPage, text: scenarioTable(found), isOutdated: isScenarioPageOutdated, script: 'docs:catalogs'},
    {path: schemaFormatPage, text: schemaFormatTable(found), isOutdated: isSchemaFormatPageOutdated, script: 'docs:schema-formats'},
  ]
  if (isForDocs) for (const {path, text} of pages) if (text !== undefined) writeFileSync(path, text)
  if (given.length > 0) return passed
  const outdated = pages.filter(({text, isOutdated}) => isOutdated(text))
  for (const {path, script} of outdated) console.log(`${relative(root, path)} says something else than this run found: npm run ${script}`)
  return passed && outdated.length === 0
}

/** What the suites that are chosen ask for by their names. */
async function askedFor() {
  const all = Object.keys(providers)
  if (given.length === 0) return all
  const suites = await run(join(bin, 'jest'), ['--listTests', ...given], {cwd: root, env: workspaceEnv()})
  return all.filter((name) => suites.includes(`.${name}.`))
}

let servers
try {
  const names = await askedFor()
  if (names.length > 0) console.log(`Starting what the suites ask for (${names.join(', ')}); the first time installs it …`)
  servers = await startServers(names)
  for (const {name, why} of servers.missing) console.log(`left out: every suite with .${name}. in its name, because ${why}`)
  const passed = await passSuites(servers)
  const incomplete = servers.missing.length > 0 && process.env.CI
  if (incomplete) console.log('CI is set: suites that could not run count as failed.')
  process.exitCode = interruption.signal.aborted ? 130 : passed && !incomplete ? 0 : 1
} finally {
  await servers?.stop()
  rmSync(scratch, {recursive: true, force: true, maxRetries: 5})
}
