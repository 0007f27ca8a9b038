import {globSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {rolldown} from 'rolldown'
import {noticesOf} from './notices.mjs'

/** Packages that come along in ours: what they are worth to a command is said in docs/adr/0015. */
const INCLUDED = /^kysely$/

/** How a module names another that it does not import, but gives to a thread. */
const BY_URL = /new URL\('(\.[^']+\.js)', import\.meta\.url\)/g

/**
 * Puts together the modules that were compiled for a package of the workspace, and writes them to its unpacked tarball in place of
 * those that are there. What package.json names stays where it is, what is imported later is a file of its own, and no module is in
 * two of them: what several have in common is in `dist/chunks`. Other packages are imported as before.
 *
 * @param source the folder of the package in the workspace
 * @param unpacked the folder of what was packed of it
 */
export async function bundlePackage(source, unpacked) {
  const dist = join(unpacked, 'dist')
  const entries = entriesOf(source)
  const bundle = await rolldown({
    cwd: source,
    input: entries,
    external: (name) => /^[^./]/.test(name) && !INCLUDED.test(name),
    platform: 'node',
    tsconfig: false,
    plugins: [modulesByUrl],
    onLog(level, {code, message}) {
      // What one module imports later, and others at once, is simply there already.
      if (level === 'warn' && code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(`${source} cannot be bundled: ${message}`)
    },
  })
  // Names without a hash: a new version takes the place of the old one in Node's cache of compiled modules.
  const {output} = await bundle.generate({
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    // What is imported late may be of another version by then: names that do not match fail, letters would not.
    minifyInternalExports: false,
    codeSplitting: {groups: [common(Object.values(entries).map((path) => join(source, path)))]},
  })
  await bundle.close()
  for (const path of globSync('**/*.{js,js.map}', {cwd: dist})) rmSync(join(dist, path))
  for (const {fileName, code} of output) write(join(dist, fileName), code)
  const notices = noticesOf(output.flatMap(({moduleIds}) => moduleIds).filter((path) => relative(source, path).startsWith('..')))
  if (notices) write(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices)
}

/** The modules that a package.json names, by their names below `dist`: exports, the commands and hooks of oclif, contributions. */
function entriesOf(folder) {
  const {exports, oclif, phlo} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const named = JSON.stringify([exports, oclif, phlo]).matchAll(/"\.\/(dist\/[^"]+)"/g)
  const paths = [...named].flatMap(([, path]) => globSync([path, `${path}.js`, `${path}/**/*.js`], {cwd: folder}))
  const modules = paths.filter((path) => path.endsWith('.js'))
  return Object.fromEntries(modules.map((path) => [relative('dist', path).slice(0, -'.js'.length), `./${path}`]))
}

/**
 * One file of what several have in common: left alone, rolldown makes one for each set of modules that the same ones share. What is only
 * imported later, or by threads, is not among it: it imports packages that are to be loaded as late.
 */
function common(entries) {
  let imported
  return {
    name(id, modules) {
      if (!imported) {
        imported = new Set(entries)
        // A set goes on to what is added to it meanwhile.
        for (const importer of imported) for (const path of modules.getModuleInfo(importer)?.importedIds ?? []) imported.add(path)
      }
      return imported.has(id) ? 'common' : null
    },
    debugName: 'common',
    minShareCount: 2,
  }
}

const modulesByUrl = {
  name: 'modules-by-url',
  transform: {
    // What rolldown brings itself has no path.
    filter: {id: /^\//, code: 'import.meta'},
    handler(code, id) {
      const moved = code.replace(BY_URL, (_, path) => {
        const chunk = this.emitFile({type: 'chunk', id: resolve(dirname(id), path)})
        return `new URL(import.meta.ROLLUP_FILE_URL_${chunk})`
      })
      if (/import\.meta\.(url|dirname|filename|resolve)/.test(moved))
        throw new Error(`${id} looks for something beside itself, where it is not in a bundle`)
      return moved
    },
  },
}

function write(path, text) {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, text)
}
