import {execFileSync} from 'node:child_process'
import {mkdtempSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from '@jest/globals'
import {localFileIO} from '@phlo/iceberg'
import {positionBitmap} from '../../src/deletes/roaring.js'
import {writeDeletionVectors} from '../../src/deletes/write-deletion-vectors.js'
import {required} from '../support/required.js'
import {deletedPositions} from './samples.js'

const folder = mkdtempSync(join(tmpdir(), 'phlo-python-vectors-'))
afterAll(() => rm(folder, {recursive: true}))

const READ = `
import json, sys
from pyiceberg.table.deletion_vector import deletion_vectors_from_puffin_file
from pyiceberg.table.puffin import PuffinFile
with open(sys.argv[1], "rb") as file:
    puffin = PuffinFile(file.read())
vectors = {vector.referenced_data_file: vector.to_vector().to_pylist() for vector in deletion_vectors_from_puffin_file(puffin)}
print(json.dumps({"vectors": vectors, "properties": puffin.footer.properties}))
`

test('PyIceberg reads the deletion vectors that Phlo wrote', async () => {
  const path = join(folder, 'ours.puffin')
  await writeDeletionVectors(
    localFileIO(),
    path,
    Object.entries(deletedPositions).map(([filePath, positions]) => ({
      dataFile: {filePath, specId: 0, partition: []},
      positions: positionBitmap(positions),
    })),
  )
  const {vectors, properties} = JSON.parse(
    execFileSync(required('PHLO_TEST_PYICEBERG'), ['-c', READ, path], {encoding: 'utf8', maxBuffer: 256 * 1024 ** 2}),
  )
  expect(properties['created-by']).toMatch(/^phlo version/)
  expect(Object.keys(vectors)).toEqual(Object.keys(deletedPositions))
  for (const [name, positions] of Object.entries(deletedPositions)) expect(vectors[name].join()).toBe(positions.join())
})
