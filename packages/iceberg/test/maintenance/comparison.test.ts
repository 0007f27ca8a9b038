import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {createComparison} from '../../src/maintenance/vacuum/comparison.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlo-comparison-'))
})
afterAll(() => rm(folder, {recursive: true}))

interface Listed {
  readonly path: string
  readonly index: number
}

const listedOf = (paths: readonly string[]): readonly Listed[] => paths.map((path, index) => ({path, index}))
const open = (memory: number, below = folder) =>
  createComparison<Listed, {readonly to: string; readonly place: number}>(
    {ofListed: ({path}) => path, ofReference: ({to}) => to},
    {memory, below},
  )

/** Compares in pages of three, as a listing comes. */
async function compared(listed: readonly string[], references: readonly string[], memory: number) {
  const comparison = open(memory)
  const found: (Listed & {references: readonly number[]})[] = []
  const items = listedOf(listed)
  try {
    for (let at = 0; at < items.length; at += 3) await comparison.addListed(items.slice(at, at + 3))
    await comparison.addReferences(references.map((to, place) => ({to, place})))
    for await (const one of comparison.compare()) found.push({...one.listed, references: one.references.map(({place}) => place)})
  } finally {
    await comparison.close()
  }
  expect(await readdir(folder)).toEqual([])
  return found
}

const paths = fc.array(
  fc.oneof(fc.constantFrom('/a', '/a//b', '/a/b', '/a\nb', '/a\u2028b', '/"', '/\ud800', '/é', '/e\u0301', ''), fc.string({maxLength: 3})),
  {maxLength: 60},
)

describe('a comparison of what is listed with what is referred to', () => {
  test.each([0, 2_000, 1_000_000])('is the difference of the two sets, with %i bytes of memory', async (memory) => {
    await fc.assert(
      fc.asyncProperty(paths, paths, async (listed, references) => {
        const found = await compared(listed, references, memory)
        expect(found.toSorted((a, b) => a.index - b.index)).toEqual(
          listed.map((path, index) => ({
            path,
            index,
            references: references.flatMap((key, place) => (key === path ? [place] : [])),
          })),
        )
      }),
      {numRuns: memory > 5_000 ? 200 : 60},
    )
  })

  test('reads a part in pieces, wherever these end', async () => {
    const key = `/${'😀é'.repeat(100)}`
    const comparison = open(0)
    const count = 3000
    await comparison.addReferences(Array.from({length: count}, (_, place) => ({to: key, place})))
    await comparison.addListed(Array.from({length: count}, (_, index) => ({path: `${key}${index}`, index})))
    await comparison.addListed([{path: key, index: count}])
    const found: (readonly [number, number])[] = []
    for await (const {listed, references} of comparison.compare()) found.push([listed.index, references.length])
    await comparison.close()
    expect(found.toSorted(([a], [b]) => a - b)).toEqual(Array.from({length: count + 1}, (_, index) => [index, index === count ? count : 0]))
  })

  test('keeps the order of the listing while memory holds it', async () => {
    const listed = Array.from({length: 50}, (_, index) => `/${50 - index}`)
    expect((await compared(listed, ['/7'], 1_000_000)).map(({path}) => path)).toEqual(listed)
  })

  test('leaves no temporary files when it is given up half way', async () => {
    const comparison = open(0)
    await comparison.addListed(listedOf(['/a', '/b', '/c']))
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^phlo-vacuum-/)])
    for await (const _ of comparison.compare()) break
    await comparison.close()
    expect(await readdir(folder)).toEqual([])
  })

  test('that finds no room for temporary files is an error that names the place', async () => {
    const file = join(folder, 'a-file')
    await writeFile(file, '')
    const comparison = open(0, file)
    await expect(comparison.addListed(listedOf(['/a']))).rejects.toMatchObject({exit: 3, message: expect.stringContaining(file)})
    await comparison.close()
    await rm(file)
  })
})
