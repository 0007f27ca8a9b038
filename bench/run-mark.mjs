// Marks what the references of a Nessie server reach, and tells how long that took without the start of the process:
// run-mark.mjs <uri> [mark file, or '' for none [cutoff]]
import {nessieLakehouse, openNessie} from '../packages/core-nessie/dist/index.js'
import {operating} from './lake.mjs'

const [, , uri, markFile, defaultCutoff] = process.argv
const noFiles = () => Promise.reject(new Error('no file is read for this'))
const {api, close} = await openNessie('bench', {uri}, operating.signal)
const {catalog} = nessieLakehouse({name: 'bench', api, openIO: noFiles, close})
const begin = performance.now()
const reached = await catalog.history.reached({...(markFile && {markFile}), ...(defaultCutoff && {defaultCutoff})}, operating)
let tables = 0
for await (const _ of reached.look()) tables += 1
const ms = performance.now() - begin
if (tables === 0) throw new Error('nothing is reached')
await reached.close()
await close()
console.log(JSON.stringify({ms}))
