import {mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {localFileIO, localPath} from '@phlo/iceberg'
import {fileIOContract, listed, write} from './contract.js'

for (const [name, scheme] of [
  ['plain paths', ''],
  ['file: URIs', 'file://'],
] as const)
  fileIOContract(name, 1203, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'phlo-local-'))
    let count = 0
    return {
      io: localFileIO(),
      freshPrefix: () => `${scheme}${folder}/${++count}`,
      close: () => rm(folder, {recursive: true, force: true}),
    }
  })

describe('files of this machine', () => {
  const io = localFileIO()
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phlo-local-'))
  })
  afterAll(async () => {
    await rm(folder, {recursive: true, force: true})
  })

  test.each(['/a b%20', 'file:/a b%20', 'file:///a b%20', 'file://localhost/a b%20'])('%s is one file', (path) => {
    expect(localPath(path)).toBe('/a b%20')
  })

  test('a path below a file is an error that names it, and the file is kept', async () => {
    await write(io, `${folder}/file`, 'a file')
    const below = `${folder}/file/below/it`
    await expect(io.create(below)).rejects.toMatchObject({code: 'FILE_NOT_FOUND', exit: 3, message: expect.stringContaining(below)})
    await expect(io.open(below)).rejects.toMatchObject({code: 'FILE_NOT_FOUND', message: expect.stringContaining(below)})
    await expect(io.move(`${folder}/file`, below)).rejects.toMatchObject({code: 'FILE_NOT_FOUND'})
    expect(await io.stat(below)).toBeUndefined()
    expect(await io.delete([below])).toEqual([])
    expect(await readFile(`${folder}/file`, 'utf8')).toBe('a file')
  })

  test('a name that is too long is an error that names it, and leaves nothing behind', async () => {
    const path = `${folder}/long/${'n'.repeat(300)}`
    await expect(write(io, path, 'a')).rejects.toMatchObject({code: 'STORAGE_UNAVAILABLE', exit: 3, message: expect.stringContaining(path)})
    expect(await readdir(`${folder}/long`)).toEqual([])
  })

  test('a folder is not deleted, and that is reported', async () => {
    await mkdir(`${folder}/full/inner`, {recursive: true})
    expect(await io.delete([`${folder}/full`])).toEqual([{path: `${folder}/full`, error: expect.stringContaining(`${folder}/full`)}])
    expect(await readdir(`${folder}/full`)).toEqual(['inner'])
  })

  test('a link is neither followed nor listed', async () => {
    await mkdir(`${folder}/linked`)
    await writeFile(`${folder}/linked/own`, '')
    await symlink(folder, `${folder}/linked/to-all`)
    expect((await listed(io, `${folder}/linked`)).map(({path}) => path)).toEqual([`${folder}/linked/own`])
  })

  test('nothing is left beside a file that could not be put in place', async () => {
    const file = await io.create(`${folder}/place/taken`)
    await writeFile(`${folder}/place/taken`, 'theirs')
    await expect(file.close()).rejects.toMatchObject({code: 'FILE_EXISTS'})
    expect(await readdir(`${folder}/place`)).toEqual(['taken'])
    expect(await readFile(`${folder}/place/taken`, 'utf8')).toBe('theirs')
  })
})
