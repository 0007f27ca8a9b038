// One process of the crash test: does one job on the table t.rows behind a REST catalog, with what is compiled.
//   rest-worker.mjs <uri> <namespace> <job> [<first batch>]
import {icebergLakehouse, localFileIO} from '../../../iceberg/dist/index.js'
import {createRestCatalog, restSettings} from '../../../iceberg/dist/rest.js'
import {runJob} from '../../../iceberg/test/support/spoiled/jobs.mjs'

const [, , uri, namespace, ...job] = process.argv
const settings = restSettings('lake', {uri})
const lake = icebergLakehouse(createRestCatalog({name: 'lake', properties: {uri}, ...settings, openIO: async () => localFileIO()}))

await runJob({getTable: ({name}) => lake.getTable({namespace: [namespace], name})}, job)
await lake.close()
