#!/usr/bin/env node
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

const folder = dirname(dirname(fileURLToPath(import.meta.url)))
const host = await import('phlo').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  console.error('phlo is not built yet: run "npm run build" in the clone.')
  process.exit(2)
})
// What an operator would install as a plugin comes with the clone.
const plugins = ['@phlo/core-iceberg', '@phlo/core-nessie', '@phlo/catalog-glue', '@phlo/catalog-hive', '@phlo/engine-duckdb']
await host.runHost({pluginAdditions: {core: plugins, path: folder}})
