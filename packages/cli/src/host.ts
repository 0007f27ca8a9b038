import {mkdirSync} from 'node:fs'
import {enableCompileCache, registerHooks} from 'node:module'
import {homedir} from 'node:os'
import {dirname, isAbsolute, join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** Packages that a plugin gets from the host, whatever it has installed itself: two copies would not know each other's classes. */
const SHARED = new Set(['@oclif/core', '@phlo/core'])

export interface HostOptions {
  /** Plugins that come along, listed as dependencies in the package.json of the folder `path`. */
  readonly pluginAdditions?: {readonly core: readonly string[]; readonly path: string}
}

/** Runs the command line of this process and sets its exit code. With `PHLO_SAFE_MODE=1` no plugin that a user installed is loaded. */
export async function runHost(options: HostOptions = {}): Promise<void> {
  cacheCompiledModules()
  outliveReaders()
  shareHostPackages()
  process.removeAllListeners('warning')
  process.on('warning', warningPrinter())
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

/**
 * Keeps what Node compiles, in the user's own cache: Node's default is the folder of temporary files, where another user could have
 * put code for it to run. Where nothing can be written Node does without. It speeds up only what is imported after it.
 */
function cacheCompiledModules(): void {
  const {PHLO_CACHE_DIR, XDG_CACHE_HOME} = process.env
  const folder = join(PHLO_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'phlo'), 'compiled')
  if (!isAbsolute(folder)) return
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700})
  } catch {
    // Node tells nobody either.
  }
  enableCompileCache(folder)
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

/** One line for each warning of the process. A plugin that cannot be loaded is one; oclif tells of it in eight, for each of its commands. */
function warningPrinter(): (warning: Error & {readonly detail?: string}) => void {
  const named = new Set<string>()
  return ({name, message, detail = ''}) => {
    const [, plugin] = /^plugin: (.+)$/m.exec(detail) ?? []
    const [, reason = message.split('\n', 1)[0]] = /^message: (.+)$/m.exec(detail) ?? []
    if (name === 'ExperimentalWarning' || (plugin && named.has(plugin))) return
    if (plugin) named.add(plugin)
    process.stderr.write(`Warning: ${plugin ? `plugin ${plugin} cannot be used: ` : ''}${reason}\n`)
  }
}
