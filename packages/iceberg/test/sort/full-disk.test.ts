import {execFile} from 'node:child_process'
import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

describe('a sort whose temporary files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phlo-full-sort-'))
  })
  afterAll(async () => {
    await rm(folder, {recursive: true, force: true})
  })

  /** Sorts in a process whose files may have so many blocks of 512 bytes. */
  const sortWith = async (blocks: string) => {
    const command = `ulimit -f ${blocks} && exec "$0" "$@"`
    const child = ['--import', here('../io/typescript-hooks.mjs'), here('sort-until-full.mjs'), folder]
    const {stdout} = await promisify(execFile)('sh', ['-c', command, process.execPath, ...child], {env: {PATH: process.env['PATH']}})
    return JSON.parse(stdout) as {sorted: number}
  }

  test('no longer fit ends with a clear error that names the file, and leaves nothing behind', async () => {
    expect(await sortWith('256')).toEqual({
      code: 'STORAGE_FULL',
      exit: 3,
      message: expect.stringMatching(/^There is no room left to write .*phlo-sort-.*\/run-0\.parquet\.$/),
      sorted: 0,
    })
    expect(await readdir(folder)).toEqual([])
  })

  test('have room ends with all rows, and leaves nothing behind either', async () => {
    expect(await sortWith('unlimited')).toEqual({sorted: 400_000})
    expect(await readdir(folder)).toEqual([])
  })
})
