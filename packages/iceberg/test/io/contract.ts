import {createHash, randomBytes} from 'node:crypto'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from '@jest/globals'
import type {FileInfo, FileIO} from '@phlo/core'

export interface Surroundings {
  readonly io: FileIO
  /** A folder that nobody uses yet, without a slash at its end. */
  freshPrefix(): string
  close(): Promise<void>
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export async function write(io: FileIO, path: string, content: string | Uint8Array): Promise<void> {
  const file = await io.create(path)
  await file.write(Buffer.from(content))
  await file.close()
}

export async function listed(io: FileIO, prefix: string): Promise<FileInfo[]> {
  const files: FileInfo[] = []
  for await (const page of io.list(prefix)) files.push(...page)
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** What every FileIO promises; `open` is called once. `many` files are more than a page of a listing. */
export function fileIOContract(name: string, many: number, open: () => Promise<Surroundings>): void {
  describe(`a FileIO over ${name}`, () => {
    let surroundings: Surroundings
    let io: FileIO
    let prefix: string
    beforeAll(async () => {
      surroundings = await open()
      io = surroundings.io
    })
    beforeEach(() => {
      prefix = surroundings.freshPrefix()
    })
    afterAll(async () => {
      await surroundings.close()
    })

    test('shows a file to readers when it is closed and not before', async () => {
      const path = `${prefix}/data/a.bin`
      const file = await io.create(path)
      await file.write(Buffer.from('half, '))
      expect(await io.stat(path)).toBeUndefined()
      await expect(io.readAll(path)).rejects.toMatchObject({code: 'FILE_NOT_FOUND', exit: 3})
      await file.write(Buffer.from('whole'))
      expect(file).toMatchObject({path, bytesWritten: 11})
      await file.close()
      expect(text(await io.readAll(path))).toBe('half, whole')
    })

    test('keeps the bytes of a write even when the caller reuses them', async () => {
      const path = `${prefix}/reused.bin`
      const file = await io.create(path)
      const bytes = Buffer.from('first')
      await file.write(bytes)
      bytes.fill('x')
      await file.close()
      expect(text(await io.readAll(path))).toBe('first')
    })

    test('writes an empty file', async () => {
      await write(io, `${prefix}/empty`, '')
      expect(await io.stat(`${prefix}/empty`)).toMatchObject({size: 0})
      expect(await io.readAll(`${prefix}/empty`)).toHaveLength(0)
    })

    test('leaves nothing behind of a file that was given up', async () => {
      const path = `${prefix}/given-up/a.bin`
      const file = await io.create(path)
      await file.write(Buffer.from('never seen'))
      await file.abort()
      await file.abort()
      expect(await io.stat(path)).toBeUndefined()
      expect(await listed(io, prefix)).toEqual([])
    })

    test('never shows a file that is closed after it was given up', async () => {
      const path = `${prefix}/a.bin`
      const file = await io.create(path)
      await file.write(Buffer.from('never seen'))
      await file.abort()
      await expect(file.write(Buffer.from('more'))).rejects.toMatchObject({code: 'FILE_CLOSED', message: expect.stringContaining(path)})
      await expect(file.close()).rejects.toMatchObject({code: 'FILE_CLOSED', message: expect.stringContaining(path)})
      expect(await listed(io, prefix)).toEqual([])
    })

    test('keeps a file that is given up after it was closed', async () => {
      const path = `${prefix}/a.bin`
      const file = await io.create(path)
      await file.write(Buffer.from('here to stay'))
      await file.close()
      await file.abort()
      expect(text(await io.readAll(path))).toBe('here to stay')
    })

    test('refuses to replace a file and keeps what it holds', async () => {
      const path = `${prefix}/a.json`
      await write(io, path, 'first')
      const expected = {code: 'FILE_EXISTS', exit: 5, message: expect.stringContaining(path)}
      await expect(write(io, path, 'second')).rejects.toMatchObject(expected)
      expect(text(await io.readAll(path))).toBe('first')
      expect(await listed(io, prefix)).toHaveLength(1)
    })

    test('lets exactly one of sixteen create the same file at once', async () => {
      const path = `${prefix}/contested`
      const names = Array.from({length: 16}, (_, index) => `writer ${index}`)
      const results = await Promise.allSettled(names.map((writer) => write(io, path, writer)))
      const winners = names.filter((_, index) => results[index]?.status === 'fulfilled')
      expect(winners).toHaveLength(1)
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({code: 'FILE_EXISTS'})
      expect(text(await io.readAll(path))).toBe(winners[0])
    })

    test('reads exactly the bytes of a range, whether or not the size is known', async () => {
      const path = `${prefix}/ranges`
      await write(io, path, '0123456789')
      for (const options of [{}, {size: 10}]) {
        const file = await io.open(path, options)
        expect(file).toMatchObject({path, size: 10})
        expect(text(await file.read(0, 1))).toBe('0')
        expect(text(await file.read(3, 4))).toBe('3456')
        expect(text(await file.read(9, 1))).toBe('9')
        expect(await file.read(4, 0)).toHaveLength(0)
        expect((await Promise.all([file.read(0, 2), file.read(8, 2)])).map(text)).toEqual(['01', '89'])
        await file.close()
      }
    })

    test.each([
      ['across the end', 8, 4],
      ['beyond the end', 20, 4],
    ])('refuses to read %s, naming the file', async (_, start, length) => {
      const path = `${prefix}/short`
      await write(io, path, '0123456789')
      const file = await io.open(path)
      await expect(file.read(start, length)).rejects.toMatchObject({
        code: 'FILE_TOO_SHORT',
        exit: 3,
        message: expect.stringContaining(path),
      })
      await file.close()
    })

    test('brings 20 MB back as they were', async () => {
      const path = `${prefix}/large.bin`
      const content = randomBytes(20_000_003)
      const file = await io.create(path)
      for (let at = 0; at < content.length; at += 3_000_000) await file.write(content.subarray(at, at + 3_000_000))
      expect(await io.stat(path)).toBeUndefined()
      await file.close()
      expect(await io.stat(path)).toMatchObject({path, size: content.length})
      expect(digest(await io.readAll(path))).toBe(digest(content))
      const reader = await io.open(path)
      expect(digest(await reader.read(7_999_990, 9_000_000))).toBe(digest(content.subarray(7_999_990, 16_999_990)))
      await reader.close()
    })

    test('refuses to replace a file by a large one', async () => {
      const path = `${prefix}/large.bin`
      await write(io, path, 'small')
      await expect(write(io, path, randomBytes(17_000_000))).rejects.toMatchObject({code: 'FILE_EXISTS'})
      expect(text(await io.readAll(path))).toBe('small')
      expect(await listed(io, prefix)).toHaveLength(1)
    })

    test('tells the size and the time of a file', async () => {
      const path = `${prefix}/a`
      await write(io, path, 'four')
      const found = await io.stat(path)
      expect(found).toMatchObject({path, size: 4})
      expect(Math.abs((found?.modifiedAt ?? 0) - Date.now())).toBeLessThan(60_000)
      expect(await io.stat(`${prefix}/b`)).toBeUndefined()
      expect(await io.stat(prefix)).toBeUndefined()
    })

    const odd = [
      'with space',
      'per%20cent',
      '100%',
      'plus+plus',
      'ünïcödé-日本',
      "quote'd",
      'a&b=c',
      '#hash?query',
      'back\\slash',
      '~tilde',
      'x=1/y=a:b',
    ]

    test('lists what is below a folder, whatever its name, and nothing beside it', async () => {
      const names = [...odd.map((part) => `t/${part}/f.parquet`), ...odd.map((part) => `t/deep/er/${part}`), 't/z']
      for (const path of names) await write(io, `${prefix}/${path}`, path)
      await write(io, `${prefix}/tt/neighbour`, 'not below t')
      const expected = names.map((path) => `${prefix}/${path}`).sort()
      expect((await listed(io, `${prefix}/t`)).map(({path}) => path)).toEqual(expected)
      expect((await listed(io, `${prefix}/t/`)).map(({path}) => path)).toEqual(expected)
      for (const path of names) expect(text(await io.readAll(`${prefix}/${path}`))).toBe(path)
      for (const file of await listed(io, `${prefix}/t`)) expect(await io.stat(file.path)).toEqual(file)
    })

    test('lists an empty folder as empty', async () => {
      expect(await listed(io, `${prefix}/nothing/here`)).toEqual([])
    })

    test('lists and deletes a folder of many files in pages', async () => {
      const paths = Array.from({length: many}, (_, index) => `${prefix}/many/${String(index).padStart(5, '0')}`)
      for (let at = 0; at < paths.length; at += 50) await Promise.all(paths.slice(at, at + 50).map((path) => write(io, path, 'x')))
      const pages: number[] = []
      for await (const page of io.list(`${prefix}/many`)) pages.push(page.length)
      expect(pages.length).toBeGreaterThan(1)
      expect(Math.max(...pages)).toBeLessThanOrEqual(1000)
      expect((await listed(io, `${prefix}/many`)).map(({path}) => path)).toEqual(paths)
      expect(await io.delete(paths)).toEqual([])
      expect(await listed(io, prefix)).toEqual([])
    })

    test('deletes files of odd names, and counts one that is not there as deleted', async () => {
      const paths = odd.map((part) => `${prefix}/${part}`)
      for (const path of paths) await write(io, path, path)
      await write(io, `${prefix}/kept`, 'kept')
      expect(await io.delete([...paths, `${prefix}/never/there`])).toEqual([])
      expect((await listed(io, prefix)).map(({path}) => path)).toEqual([`${prefix}/kept`])
      expect(await io.delete([])).toEqual([])
    })

    test('moves a file, making its folders', async () => {
      await write(io, `${prefix}/from/a b%20.bin`, 'moved')
      await io.move(`${prefix}/from/a b%20.bin`, `${prefix}/to/deep/ü+.bin`)
      expect(await io.stat(`${prefix}/from/a b%20.bin`)).toBeUndefined()
      expect(text(await io.readAll(`${prefix}/to/deep/ü+.bin`))).toBe('moved')
    })

    test('moves nothing onto a file that is there', async () => {
      await write(io, `${prefix}/a`, 'a')
      await write(io, `${prefix}/b`, 'b')
      const expected = {code: 'FILE_EXISTS', exit: 5, message: expect.stringContaining(`${prefix}/b`)}
      await expect(io.move(`${prefix}/a`, `${prefix}/b`)).rejects.toMatchObject(expected)
      expect(text(await io.readAll(`${prefix}/a`))).toBe('a')
      expect(text(await io.readAll(`${prefix}/b`))).toBe('b')
    })

    test('names the file that is missing', async () => {
      const path = `${prefix}/missing`
      const expected = {code: 'FILE_NOT_FOUND', exit: 3, message: expect.stringContaining(path)}
      await expect(io.open(path)).rejects.toMatchObject(expected)
      await expect(io.readAll(path)).rejects.toMatchObject(expected)
      await expect(io.move(path, `${prefix}/elsewhere`)).rejects.toMatchObject(expected)
      expect(await listed(io, prefix)).toEqual([])
    })
  })
}
