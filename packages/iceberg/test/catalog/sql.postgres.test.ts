import type {SqlCatalogTables} from '@phlo/iceberg/sql'
import {openDatabase} from '@phlo/state'
import {required} from '../support/required.js'
import {sqlCatalogCases} from './sql-cases.js'

const url = required('PHLO_TEST_POSTGRES_URL')

sqlCatalogCases('PostgreSQL', () => openDatabase<SqlCatalogTables>(url))
