// One process of the crash test: does one job on the table t.rows of a Nessie branch, with what is compiled.
//   worker.mjs <uri> <warehouse> <branch> <job> [<first batch>]
import {localFileIO} from '../../../iceberg/dist/index.js'
import {runJob} from '../../../iceberg/test/support/spoiled/jobs.mjs'
import {nessieLakehouse, openNessie} from '../../dist/index.js'

const [, , uri, warehouse, branch, ...job] = process.argv
const {api, close} = await openNessie('lake', {uri}, new AbortController().signal)
const lake = nessieLakehouse({name: 'lake', api, ref: branch, warehouse, openIO: async () => localFileIO(), close})

await runJob(lake, job, {defaultCutoff: '1'})
await close()
