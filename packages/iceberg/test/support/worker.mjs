// One process of the crash and crowd tests: does one job on the table `t.rows` of a lakehouse, with what is compiled.
//   worker.mjs <database url> <folder> append <commits> <first batch>   each commit is one batch of ROWS rows, told of on stdout
//   worker.mjs <database url> <folder> optimize|expire|vacuum           once
//   worker.mjs <database url> <folder> optimize|expire loop             until standard input ends
import {openDatabase} from '../../../state/dist/index.js'
import {icebergTable, localFileIO} from '../../dist/index.js'
import {createSqlCatalog} from '../../dist/sql.js'
import {appendBatch, once, quietContext} from './spoiled/jobs.mjs'

const [, , uri, folder, job, how, first] = process.argv

const {db, close} = await openDatabase(uri)
const io = localFileIO()
const catalog = createSqlCatalog({name: 'lake', warehouse: `file://${folder}/warehouse`, db: async () => db, openIO: async () => io})
const lake = {getTable: async (name) => icebergTable(catalog, name, await catalog.loadTable(name))}

/** What somebody else's commit may bring about, and that leaves everything as it was. */
const isConflict = (error) => ['COMMIT_CONFLICT', 'FILES_GONE', 'PLAN_OUTDATED', 'FILE_NOT_FOUND', 'TABLE_CHANGED'].includes(error?.code)

async function loop() {
  let open = true
  process.stdin.on('end', () => {
    open = false
  })
  process.stdin.resume()
  let done = 0
  while (open) {
    await once(lake, job).then(
      () => {
        done += 1
      },
      (error) => {
        if (!isConflict(error)) throw error
      },
    )
  }
  console.log(`done ${done}`)
}

console.log('ready')
if (job === 'append') {
  for (let batch = Number(first); batch < Number(first) + Number(how); batch += 1) {
    await appendBatch(lake, batch, quietContext())
    console.log(`batch ${batch}`)
  }
} else if (how === 'loop') await loop()
else await once(lake, job)
await close()
