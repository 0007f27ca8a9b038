import {lakehouseCases} from './lakehouse-cases.js'

const url = process.env['PHLO_TEST_POSTGRES_URL']
if (url === undefined) throw new Error('PHLO_TEST_POSTGRES_URL is not set: this suite needs a real PostgreSQL')

lakehouseCases('PostgreSQL', () => url)
