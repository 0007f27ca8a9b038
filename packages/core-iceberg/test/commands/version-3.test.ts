import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {writePlainParquet} from '../../../iceberg/test/support/plain-parquet.js'
import {emptyFolder} from '../support/in-process.js'

test('variants are appended and scanned as JSON, geometries as hexadecimal digits, and columns of unknown type are null', async () => {
  const shop = emptyFolder()
  await shop.must('namespace', 'create', 'shop')
  const schema = 'id: long, doc: variant, place: geometry(OGC:CRS84), nothing: unknown'
  await shop.must('table', 'create', 'shop.things', '--schema', schema, '--property', 'format-version=3')
  const file = writePlainParquet(join(shop.cwd, 'things.parquet'), [
    {name: 'id', type: 'INT64', data: [1n, 2n]},
    {name: 'doc', type: 'VARIANT', data: [{a: [1, 'x'], b: null}, 'text']},
    {name: 'place', type: 'GEOMETRY', data: [{type: 'Point', coordinates: [1, 2]}, null]},
  ])
  await shop.must('table', 'append', 'shop.things', file)
  const point = '0101000000000000000000f03f0000000000000040'
  const rows = [
    {id: 1, doc: '{"a":[1,"x"],"b":null}', place: point, nothing: null},
    {id: 2, doc: '"text"', place: null, nothing: null},
  ]
  expect((await shop.must('table', 'scan', 'shop.things')).data).toEqual(rows)
  await shop.must('table', 'optimize', 'shop.things', '--rewrite-all', '--yes')
  expect((await shop.must('table', 'scan', 'shop.things', '--where', 'nothing is null and doc is not null')).data).toEqual(rows)
  expect((await shop.type(['table', 'scan', 'shop.things', '--format', 'csv'])).stdout).toContain(
    `1,"{""a"":[1,""x""],""b"":null}",${point},`,
  )
})
