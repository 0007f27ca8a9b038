#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 15)) {
  console.error(`phlo needs Node 22.15 or newer, and this is ${process.versions.node}.`)
  process.exit(2)
}
// Imported only now: an older Node could not even read it.
const {runHost} = await import('../dist/host.js')
await runHost()
