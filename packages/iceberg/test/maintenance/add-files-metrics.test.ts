import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {localFileIO} from '@phlo/iceberg'
import fc from 'fast-check'
import {inspectFile} from '../../src/maintenance/add-files/inspect-file.js'
import {leavesOf} from '../../src/parquet/leaves.js'
import {metricsConfig} from '../../src/parquet/metrics-config.js'
import {compareValues} from '../../src/spec/compare-values.js'
import {valueFromBytes} from '../../src/spec/single-value.js'
import type {Schema} from '../../src/spec/types.js'
import {rowOf, schemaOf, TYPES, writeRows} from '../parquet/samples.js'

const SCHEMA: Schema = schemaOf({
  ...Object.fromEntries(TYPES.map((type) => [type.replaceAll(/\W/g, '_'), type])),
  tags: {type: 'list', 'element-id': 101, element: 'string', 'element-required': false},
  place: {type: 'struct', fields: [{id: 102, name: 'city', required: true, type: 'string'}]},
})
const TARGET = {
  schema: SCHEMA,
  schemas: [SCHEMA],
  specId: 0,
  fields: [],
  mapping: undefined,
  metrics: metricsConfig({'write.metadata.metrics.default': 'full'}, SCHEMA),
}

test('what a footer tells of random rows is what a writer that has seen them knows, or less, and never a bound that is too narrow', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'phlo-footers-'))
  const io = localFileIO()
  let files = 0
  const groups = fc.array(fc.array(rowOf(SCHEMA), {minLength: 1, maxLength: 4}), {minLength: 1, maxLength: 3})
  await fc.assert(
    fc.asyncProperty(groups, async (rowGroups) => {
      const path = join(folder, `${files++}.parquet`)
      const written = await writeRows(io, path, SCHEMA, rowGroups, {'write.metadata.metrics.default': 'full'})
      const folders = {own: new Map<string, null>(), all: new Map<string, null>()}
      const {dataFile, hasIds} = await inspectFile(io, {path, size: written.fileSizeInBytes, folders}, TARGET)
      expect(hasIds).toBe(true)
      for (const key of ['recordCount', 'valueCounts', 'nullValueCounts', 'splitOffsets'] as const) {
        expect({[key]: dataFile[key]}).toEqual({[key]: written[key]})
      }
      for (const {fieldId, type, name} of leavesOf(SCHEMA)) {
        const compare = compareValues(type)
        for (const [key, sign] of [
          ['lowerBounds', 1],
          ['upperBounds', -1],
        ] as const) {
          const [own, best] = [dataFile[key]?.get(fieldId), written[key]?.get(fieldId)]
          // A row group of NaNs has no bounds, and large decimals do not come out of a footer whole.
          const mayLack = /^(decimal|float|double)/.test(type)
          if (!mayLack) expect({name, key, isThere: own !== undefined}).toEqual({name, key, isThere: best !== undefined})
          if (!own) continue
          const narrower = best === undefined || sign * compare(valueFromBytes(type, own), valueFromBytes(type, best)) > 0
          expect({name, key, narrower}).toEqual({name, key, narrower: false})
        }
      }
    }),
    {numRuns: 150},
  )
  rmSync(folder, {recursive: true})
})
