import {readerOf} from '../../iceberg/test/support/reader.js'
import {required} from '../../iceberg/test/support/required.js'
import {lakehouseCases} from './lakehouse-cases.js'

const url = required('PHLO_TEST_POSTGRES_URL')

lakehouseCases('PostgreSQL', () => url, {endpoint: 'uri', denied: async (properties) => ({...properties, uri: await readerOf(url)})})
