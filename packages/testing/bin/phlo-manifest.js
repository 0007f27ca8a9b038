#!/usr/bin/env node
import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

// Writes the oclif.manifest.json of the package in the working directory (`prepack`), or removes it (`--remove`, `postpack`): a
// manifest that stays in a working tree hides commands that are added later.
const root = process.cwd()
const path = join(root, 'oclif.manifest.json')
if (process.argv.includes('--remove')) {
  await rm(path, {force: true})
} else {
  const {Plugin} = await import('@oclif/core')
  const plugin = new Plugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true, respectNoCacheDefault: true})
  await plugin.load()
  await writeFile(path, `${JSON.stringify(plugin.manifest, null, 2)}\n`)
}
