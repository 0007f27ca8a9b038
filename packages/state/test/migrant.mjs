// One process of many that migrate the database at a URL, with what is compiled; tells on stdout which steps it made.
import {migrate, openDatabase} from '../dist/index.js'

const {db, close} = await openDatabase(process.argv[2])
const made = await migrate(db, '@acme/visits', [
  {name: '0001-visits', up: (transaction) => transaction.schema.createTable('visits').addColumn('id', 'integer').execute()},
  {name: '0002-first-visit', up: (transaction) => transaction.insertInto('visits').values({id: 1}).execute()},
])
await close()
console.log(JSON.stringify(made))
