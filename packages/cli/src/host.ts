import {enableCompileCache, registerHooks} from 'node:module'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

/** Packages that a plugin gets from the host, whatever it has installed itself: two copies would not know each other's classes. */
const SHARED = new Set(['@oclif/core', '@phlo/core'])

export interface HostOptions {
  /** Plugins that come along, listed as dependencies in the package.json of the folder `path`. */
  readonly pluginAdditions?: {readonly core: readonly string[]; readonly path: string}
}

/** Runs the command line of this process and sets its exit code. With `PHLO_SAFE_MODE=1` no plugin that a user installed is loaded. */
export async function runHost(options: HostOptions = {}): Promise<void> {
  // It speeds up only what is imported after it.
  enableCompileCache()
  outliveReaders()
  shareHostPackages()
  process.removeAllListeners('warning')
  process.on('warning', printWarning)
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const {pluginAdditions} = options
  const {env} = process
  // oclif would say on every run that a linked plugin is used as it was compiled.
  env['OCLIF_DISABLE_LINKED_ESM_WARNING'] ??= '1'
  const {execute} = await import('@oclif/core')
  await execute({
    loadOptions: {
      root,
      userPlugins: env['PHLO_SAFE_MODE'] !== '1',
      ...(pluginAdditions ? {pluginAdditions: {core: [...pluginAdditions.core], path: pluginAdditions.path}} : {}),
    },
  })
}

/** A reader that stops early (`phlo … | head`) is not a failure, and no reason to leave an operation half done. */
function outliveReaders(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    // Whoever listens for SIGINT has a step in hand that is to be finished.
    if (process.listenerCount('SIGINT') === 0) process.exit()
    process.stdout.write = () => true
  })
}

function shareHostPackages(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const name = specifier.split('/', 2).join('/')
      return nextResolve(specifier, SHARED.has(name) ? {...context, parentURL: import.meta.url} : context)
    },
  })
}

/** One line for each warning of the process; a plugin that cannot be loaded is one, and oclif tells of it in six. */
function printWarning(warning: Error & {readonly code?: string; readonly detail?: string}): void {
  if (warning.name === 'ExperimentalWarning') return
  const [message = ''] = warning.message.split('\n', 1)
  const plugin = /^plugin: (.+)$/m.exec(`${warning.message}\n${warning.stack}\n${warning.detail ?? ''}`)?.[1]
  process.stderr.write(`Warning: ${plugin ? `plugin ${plugin} cannot be used: ` : ''}${message}\n`)
}
