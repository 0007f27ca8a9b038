import type {Hook} from '@oclif/core'
import {nearest} from '@phlo/core'
import {formatFailure, printDocument} from '@phlo/core/command'
import {PACKAGES_BY_GROUP} from '../packages.js'

/** Says what may have been meant, or which package to install; runs nothing in its place. Exit code 127, as in a shell. */
const hook: Hook<'command_not_found'> = async function ({id, argv = [], config}) {
  const firstFlag = argv.findIndex((word) => word.startsWith('-'))
  const words = [...id.split(':'), ...argv.slice(0, firstFlag === -1 ? argv.length : firstFlag)]
  const failure = {...whatIsMissing(words, config.bin, knownCommands(config.commands)), exit: 127}
  if (argv.includes('--json'))
    printDocument({error: {code: failure.code, message: failure.message, suggestions: failure.suggestions}, warnings: []})
  else process.stderr.write(`${formatFailure(failure)}\n`)
  this.exit(failure.exit)
}

function whatIsMissing(words: readonly string[], bin: string, known: readonly string[]) {
  const [group = ''] = words
  const owner = PACKAGES_BY_GROUP[group]
  if (owner && !known.some((command) => command.split(' ')[0] === group)) {
    return {
      code: 'PLUGIN_NOT_INSTALLED',
      message: `The ${group} commands are in ${owner}, which is not installed.`,
      suggestions: [`${bin} plugins install ${owner}`],
    }
  }
  const candidates = [...known, ...Object.keys(PACKAGES_BY_GROUP)]
  const meant = words
    .map((_, index) => nearest(words.slice(0, words.length - index).join(' '), candidates))
    .find((found) => found !== undefined)
  const typed = words.length > 1 && known.some((command) => command.startsWith(`${group} `)) ? words.slice(0, 2).join(' ') : group
  return {
    code: 'COMMAND_NOT_FOUND',
    message: `${JSON.stringify(typed)} is not a command of ${bin}.`,
    suggestions: [meant ? `${bin} ${meant}` : `${bin} --help`],
  }
}

function knownCommands(
  commands: readonly {readonly id: string; readonly aliases?: readonly string[]; readonly hidden?: boolean}[],
): string[] {
  return commands
    .filter(({hidden}) => !hidden)
    .flatMap(({id, aliases = []}) => [id, ...aliases])
    .map((id) => id.replaceAll(':', ' '))
}

export default hook
