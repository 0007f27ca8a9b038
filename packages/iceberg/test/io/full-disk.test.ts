import {execFile} from 'node:child_process'
import {mkdtemp, open, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {fromLocalError} from '../../src/io/local-errors.js'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

describe('a disk without room', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phlo-full-'))
  })
  afterAll(async () => {
    await rm(folder, {recursive: true, force: true})
  })

  /** Runs the writer in a process whose files may have so many blocks of 512 bytes. */
  const writeWith = async (blocks: string) => {
    const path = `${folder}/part.parquet`
    const command = `ulimit -f ${blocks} && exec "$0" "$@"`
    const child = ['--import', here('typescript-hooks.mjs'), here('write-until-full.mjs'), path]
    const {stdout} = await promisify(execFile)('sh', ['-c', command, process.execPath, ...child], {env: {PATH: process.env['PATH']}})
    return {path, result: JSON.parse(stdout) as {written: number}}
  }

  test('a file that no longer fits is a clear error that names it, and leaves nothing behind', async () => {
    const {path, result} = await writeWith('128')
    expect(result).toEqual({
      code: 'STORAGE_FULL',
      exit: 3,
      message: expect.stringContaining(path),
      written: 64 * 1024,
    })
    expect(await readdir(folder)).toEqual([])
  })

  test('the same file is written whole where there is room', async () => {
    const {result} = await writeWith('unlimited')
    expect(result).toEqual({written: 64 * 4096})
    expect(await readdir(folder)).toEqual(['part.parquet'])
  })

  test('a device that is full is told as such, with what to do', async () => {
    const device = await open('/dev/full', 'w')
    const error = await device.write('anything').catch((thrown: unknown) => thrown)
    await device.close()
    expect(fromLocalError(error, '/lake/a')).toMatchObject({
      code: 'STORAGE_FULL',
      exit: 3,
      message: 'There is no room left to write /lake/a.',
      suggestions: [expect.stringContaining('free some room')],
    })
  })
})
