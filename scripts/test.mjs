// `npm test`: installs what is missing, then passes every suite. `npm test -- <jest arguments>` narrows it down. `npm run test:long`
// tries in full what `npm test` samples: more random sequences and cases, of another seed, and a second writer at
// every call. `npm run docs:catalogs` runs the scenarios of maintenance and writes down what they find, and
// `npm run docs:schema-formats` the suites of schema formats.
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {bin, root, workspaceEnv} from './lib/places.mjs'
import {installDependencies} from './setup.mjs'

await installDependencies()
// The machine's Node, which may be older than the one that was just installed, does no more than this.
const suites = spawn(join(bin, 'node'), [join(root, 'scripts', 'pass-suites.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  env: workspaceEnv(),
  stdio: 'inherit',
})
// A terminal interrupts both; whoever ends this one alone means the suites.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => suites.kill('SIGTERM'))
suites.on('close', (code) => {
  process.exitCode = code ?? 1
})
