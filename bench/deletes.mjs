// Compacting a table that is full of deletes: 20,000 position delete files over 2,000 data files, and equality deletes that do not
// fit into the memory that Phlo gives them. What counts is that it ends, and how much memory it took.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {bin, root, workspaceEnv} from '../scripts/lib/places.mjs'
import {run} from '../scripts/lib/run.mjs'
import {printRatios, runOnce} from './measure.mjs'

const figures = new Map()
for (const [title, files, keys] of [
  ['20,000 position delete files', 2000, 0],
  ['4,000,000 equality deletes', 200, 4_000_000],
]) {
  const folder = mkdtempSync(join(tmpdir(), 'phlo-bench-'))
  const env = workspaceEnv({HOME: join(folder, 'home')})
  console.log(`Making ${files} data files with ${title} …`)
  await run(join(bin, 'node'), [join(root, 'bench', 'make-deletes.mjs'), folder, String(files), String(keys)], {
    cwd: root,
    env,
    inherit: true,
  })
  const optimize = ['table', 'optimize', 'bench.deleted', '--rewrite-all', '--yes']
  const {ms, peak} = await runOnce(join(bin, 'phlo'), optimize, {cwd: folder, env})
  figures.set(title, {ms: [ms], peak})
  rmSync(folder, {recursive: true, force: true})
}
printRatios('Compacting a table that is full of deletes, whole process', figures)
