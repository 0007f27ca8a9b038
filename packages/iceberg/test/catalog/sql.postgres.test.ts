import type {SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import {sqlCatalogCases} from './sql-cases.js'

const url = process.env['PHLO_TEST_POSTGRES_URL']
if (url === undefined) throw new Error('PHLO_TEST_POSTGRES_URL is not set: this suite needs a real PostgreSQL')

sqlCatalogCases('PostgreSQL', () => openDatabase<SqlCatalogTables>(url))
