import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {tableFromArrays, tableToIPC} from 'apache-arrow'
import {required} from '../../packages/iceberg/test/support/required.js'
import {typePage} from './typed-page.js'

test('every command of the guide of Nessie does what the guide shows', () => {
  const servers = {'http://127.0.0.1:19120/api/v2': required('PHLO_TEST_NESSIE_URI')}
  const orders = tableFromArrays({id: BigInt64Array.of(1n, 2n, 3n), amount: Float64Array.of(9.5, 20, 31.25)})
  const prepare = (folder: string) => writeFileSync(join(folder, 'orders.arrow'), tableToIPC(orders, 'file'))
  expect(typePage('guides/nessie.md', servers, prepare)).toBeGreaterThan(45)
})
