import {describe, expect, test} from '@jest/globals'
import {explainMerge} from '../../src/parquet/explain-merge.js'
import {rowSourceOf} from '../../src/parquet/file-rows.js'
import type {FilesToMerge} from '../../src/parquet/row-groups-to-write.js'
import type {DataFile} from '../../src/spec/manifest.js'
import type {Type} from '../../src/spec/types.js'
import {type Row, schemaOf, writeRows} from './samples.js'
import {merge, parquetFolder} from './scratch.js'

const {io, newPath} = parquetFolder('explain-merge')
const TYPES: Readonly<Record<string, Type>> = {id: 'int', name: 'string', amount: 'double'}
const rows = (from: number): readonly Row[] =>
  Array.from({length: 50}, (_, at) => ({id: from + at, name: `name ${at % 7}`, amount: at / 4}))
const write = (from: number) => writeRows(io, newPath(), schemaOf(TYPES), [rows(from)])
const third = {size: 1, between: (start: number, end: number) => [3].filter((at) => at >= start && at < end)}
const namesOf = (files: readonly DataFile[]) => files.map(({filePath}) => filePath)

/** The ways of the first file's columns, after the merge was made and found to be as told. */
async function waysOf(files: Omit<FilesToMerge, 'io' | 'outputs'>) {
  const told = await explainMerge({...files, io, outputs: 1})
  const decoded = new Set<string>()
  await merge({...files, newPath, onDecoded: ({name}) => decoded.add(name)})
  const ways = told.get((files.inputs[0] as DataFile).filePath) ?? []
  expect(ways.filter(({way}) => way === 'decoded').map(({column}) => column)).toEqual([...decoded])
  expect([...told.keys()]).toEqual(namesOf(files.inputs))
  return ways
}

describe('what is told of the columns of files to merge', () => {
  test('is that their pages are merged where they are stored as they are to be', async () => {
    const inputs = [await write(0), await write(50)]
    const ways = await waysOf({inputs, schema: schemaOf(TYPES), properties: {}})
    expect(ways).toEqual(['id', 'name', 'amount'].map((column) => ({column, way: 'merged'})))
  })

  test('is why one is decoded: another type, or no such column', async () => {
    const inputs = [await write(0), await write(50)]
    const schema = schemaOf({...TYPES, id: 'long', note: 'string'})
    expect(await waysOf({inputs, schema, properties: {}})).toEqual([
      {column: 'id', way: 'decoded', reason: 'it is stored as INT32, and is long now'},
      {column: 'name', way: 'merged'},
      {column: 'amount', way: 'merged'},
      {column: 'note', way: 'decoded', reason: 'the file lacks it'},
    ])
  })

  test('is which other file of the row group is the reason', async () => {
    const inputs = [await write(0), await write(50)]
    const [, other] = namesOf(inputs)
    const sourceOf = (file: DataFile) => ({...rowSourceOf(file), ...(file.filePath === other && {deleted: third})})
    const reason = `rows of its file are deleted in ${other}, whose rows come into the same row group`
    const ways = await waysOf({inputs, schema: schemaOf(TYPES), properties: {}, sourceOf})
    expect(ways).toEqual(['id', 'name', 'amount'].map((column) => ({column, way: 'decoded', reason})))
  })

  test('is that large row groups are copied', async () => {
    const inputs = [await write(0), await write(50)]
    const ways = await waysOf({inputs, schema: schemaOf(TYPES), properties: {'write.parquet.row-group-size-bytes': '1000'}})
    expect(ways).toEqual(['id', 'name', 'amount'].map((column) => ({column, way: 'copied'})))
  })
})
