// Builds everything and packs every public package, each with its command manifest, into a folder: `npm run release:pack [folder]`.
import {resolve} from 'node:path'
import {packWorkspace} from './lib/pack.mjs'
import {root} from './lib/places.mjs'
import {build, installDependencies} from './setup.mjs'

await installDependencies()
await build()
const folder = resolve(root, process.argv[2] ?? 'release')
for (const [name, {file, pjson}] of await packWorkspace(folder)) console.log(`${name} ${pjson.version}  ${file}`)
