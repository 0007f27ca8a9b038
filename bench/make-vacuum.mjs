// To the table bench.events that make-entries.mjs made adds files that nothing refers to: make-vacuum.mjs <folder> <orphans> files|names.
// With `files` all of them, those of the table too, are there, empty and old; with `names` they are only named, one a line, in
// <folder>/listing.
import {createWriteStream, mkdirSync, utimesSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {liveFiles, localPath} from '@phlo/iceberg'
import {openEvents} from './lake.mjs'

const [folder, orphans, what] = [process.argv[2], Number(process.argv[3]), process.argv[4]]
const {table, close} = await openEvents(folder)
/** Older than what any of those who vacuum spares. */
const LONG_AGO = new Date('2024-01-01')

const folders = new Set()
const names = what === 'names' ? createWriteStream(join(folder, 'listing')) : undefined
async function add(path) {
  if (names) {
    if (!names.write(`${path}\n`)) await new Promise((resolve) => names.once('drain', resolve))
    return
  }
  const local = localPath(path)
  if (!folders.has(dirname(local))) mkdirSync(dirname(local), {recursive: true})
  folders.add(dirname(local))
  writeFileSync(local, '')
  utimesSync(local, LONG_AGO, LONG_AGO)
}

let [files, made] = [0, 0]
for await (const {path} of liveFiles(table)) {
  await add(path)
  files += 1
  // Spread evenly; nine files of the table to an orphan when a tenth are orphans.
  if (made < orphans && files % 9 === 0) await add(`${dirname(path)}/orphan-${made++}.parquet`)
}
for (; made < orphans; made++) await add(`${table.location}/data/orphan-${made}.parquet`)
await new Promise((resolve) => (names ? names.end(resolve) : resolve()))
await close()
