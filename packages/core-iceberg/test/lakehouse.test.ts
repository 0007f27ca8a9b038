import {join} from 'node:path'
import {lakehouseCases} from './lakehouse-cases.js'

lakehouseCases('SQLite', (folder) => `sqlite:///${join(folder, 'catalog.db')}`)
