// Writes a row into the table `visits` of the database at a URL, with what is compiled, in a process of its own: SQLite waits for a
// lock without giving the event loop back. Tells on stdout that it is about to write, and that it has written.
import {openDatabase} from '../dist/index.js'

const {db, close} = await openDatabase(process.argv[2])
const insert = db.insertInto('visits').values({id: 2})
process.stdout.write('writing\n', async () => {
  await insert.execute()
  await close()
  console.log('written')
})
