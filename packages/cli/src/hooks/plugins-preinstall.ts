import {resolve} from 'node:path'
import type {Hook} from '@oclif/core'
import {formatFailure} from '@phlo/core/command'

/** A bare path is taken for a GitHub repository; this says what to type, before a minute is spent waiting for the network. */
const hook: Hook<'plugins:preinstall'> = async function ({plugin}) {
  const path = 'url' in plugin ? /^https:\/\/github\.com\/(\.{0,2}\/.*)$/.exec(plugin.url)?.[1] : undefined
  if (path === undefined) return
  const failure = {
    code: 'PATH_WITHOUT_SCHEME',
    message: `${path} is a path, not a package.`,
    suggestions: [`phlo plugins install file:${resolve(path)}`],
    exit: 2,
  }
  process.stderr.write(`${formatFailure(failure)}\n`)
  this.exit(failure.exit)
}

export default hook
