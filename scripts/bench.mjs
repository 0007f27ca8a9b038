// `npm run bench`: what is fast and what is not, beside others on the same data in the same run. Prints ratios; nothing passes or fails.
import {join} from 'node:path'
import {bin, root, workspaceEnv} from './lib/places.mjs'
import {run} from './lib/run.mjs'
import {build, installDependencies} from './setup.mjs'

await installDependencies()
await build()
const chosen = process.argv.slice(2)
for (const name of ['startup', 'optimize', 'deletes'].filter((bench) => chosen.length === 0 || chosen.includes(bench))) {
  await run(join(bin, 'node'), [join(root, 'bench', `${name}.mjs`)], {cwd: root, env: workspaceEnv(), inherit: true})
}
