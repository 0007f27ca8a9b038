// Makes the table bench.events of so many columns, which has had so many schemas: make-schemas.mjs <folder> <columns> <schemas>. Each schema has
// one column of the one before renamed and another widened. The metadata file is written at once, as so many changes would have left it.
import {randomUUID} from 'node:crypto'
import {mkdirSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {newTableMetadata, serializeTableMetadata} from '@phlo/iceberg'
import {openCatalog} from './lake.mjs'

const [folder, columns, schemas] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const TYPES = ['int', 'string', 'double', 'timestamptz', 'decimal(12,2)']

const {catalog, close} = await openCatalog(folder)
await catalog.createNamespace(['bench'], {})
const location = `file://${folder}/.phlo/warehouse/bench/events`
const fields = Array.from({length: columns}, (_, column) => ({
  id: column + 1,
  name: `measurement_${column}`,
  required: false,
  type: TYPES[column % TYPES.length],
  ...(column % 10 === 0 && {doc: `What sensor ${column} measured, as it was sent.`}),
}))
const metadata = newTableMetadata({schema: {type: 'struct', fields}, location, now: Date.now()})
const [first] = metadata.schemas
const history = [first]
for (let id = 1; id < schemas; id++) {
  const own = [...history.at(-1).fields]
  const [renamed, widened] = [(id * 7) % columns, (id * TYPES.length) % columns]
  own[renamed] = {...own[renamed], name: `measurement_${renamed}_${id}`}
  own[widened] = {...own[widened], type: 'long'}
  history.push({...first, 'schema-id': id, fields: own})
}
const path = `${location}/metadata/${String(schemas - 1).padStart(5, '0')}-${randomUUID()}.metadata.json`

mkdirSync(new URL(`${location}/metadata`), {recursive: true})
writeFileSync(fileURLToPath(path), serializeTableMetadata({...metadata, schemas: history, 'current-schema-id': schemas - 1}, path))
await catalog.registerTable({namespace: ['bench'], name: 'events'}, path)
await close()
