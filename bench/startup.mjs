// How long it takes to start: the host, its help, and a command that reads a catalog, beside a bare oclif command with one manifest.
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join} from 'node:path'
import {bin, root, workspaceEnv} from '../scripts/lib/places.mjs'
import {roundRobin, rounds, runOnce} from './measure.mjs'
import {packedHost} from './packed-host.mjs'
import {openReport} from './report.mjs'
import {temporaryFolder} from './temporary-folder.mjs'

/** The smallest program that oclif makes: one command, its manifest, no plugin. */
function bareOclif() {
  const folder = temporaryFolder('phlo-bare-oclif-')
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), text)
  }
  const pjson = {name: 'bare', version: '1.0.0', type: 'module', oclif: {bin: 'bare', commands: './commands'}}
  write('package.json', JSON.stringify(pjson))
  write(
    'commands/ping.js',
    "import {Command} from '@oclif/core'\nexport default class Ping extends Command { async run() { this.log('pong') } }\n",
  )
  write('bin.js', "import {execute} from '@oclif/core'\nawait execute({dir: import.meta.url})\n")
  const command = {id: 'ping', aliases: [], hiddenAliases: [], args: {}, flags: {}, pluginName: 'bare', pluginType: 'core', strict: true}
  const found = {...command, relativePath: ['commands', 'ping.js'], isESM: true, hasDynamicHelp: false, enableJsonFlag: false}
  write('oclif.manifest.json', JSON.stringify({version: '1.0.0', commands: {ping: found}}))
  mkdirSync(join(folder, 'node_modules', '@oclif'), {recursive: true})
  const require = createRequire(join(root, 'packages', 'cli', 'package.json'))
  symlinkSync(dirname(dirname(require.resolve('@oclif/core'))), join(folder, 'node_modules', '@oclif', 'core'))
  return join(folder, 'bin.js')
}

const report = openReport(
  'startup',
  'The host as an operator installs it, with the Iceberg commands as a plugin, beside the smallest program that oclif makes.',
)
const node = join(bin, 'node')
const bare = bareOclif()
const {phlo, folder, env} = await packedHost()
const options = {env: workspaceEnv(env), cwd: folder}
const start = (name, ...args) => ({name, run: () => runOnce(node, args, options)})

const figures = await roundRobin(
  [
    start('bare oclif --version', bare, '--version'),
    start('bare oclif ping', bare, 'ping'),
    start('node -e 0', '-e', '0'),
    start('phlo --version', phlo, '--version'),
    start('phlo --help', phlo, '--help'),
    start('phlo table list', phlo, 'table', 'list'),
  ],
  {rounds: rounds(25), warmUp: 3},
)
report.times('Whole processes', figures)
