import {expect, test} from '@jest/globals'
import {required} from '../../packages/iceberg/test/support/required.js'
import {typePage} from './typed-page.js'

test('every command of the guide of catalogs does what the guide shows', () => {
  const servers = {
    'postgresql://postgres@127.0.0.1:5432/postgres': required('PHLO_TEST_POSTGRES_URL'),
    'http://127.0.0.1:8181': required('PHLO_TEST_REST_URI'),
    'http://127.0.0.1:19120/api/v2': required('PHLO_TEST_NESSIE_URI'),
    'http://127.0.0.1:5000': required('PHLO_TEST_GLUE_ENDPOINT'),
    'thrift://127.0.0.1:9083': required('PHLO_TEST_HIVE4_URI'),
  }
  expect(typePage('guides/catalogs.md', servers)).toBeGreaterThan(25)
})
