import {describe, expect, test} from '@jest/globals'
import fc from 'fast-check'
import {resolveOptions} from '../../src/maintenance/optimize/options.js'
import {
  type Candidate,
  divideGroup,
  expectedOutputs,
  judgeFile,
  judgeGroup,
  packGroups,
  wholeGroup,
} from '../../src/maintenance/optimize/select.js'

const MiB = 1024 ** 2
const options = resolveOptions({}, {})

let next = 0
const candidate = (size: number, settled = false): Candidate => ({
  settled,
  file: {path: `f${size}-${next++}.parquet`, size, rows: Math.max(1, Math.floor(size / 100))},
})
const files = (count: number, size: number, settled = false) => Array.from({length: count}, () => candidate(size, settled))

describe('the defaults', () => {
  test('are those of Spark: 75 % and 180 % of 512 MiB, five files', () => {
    expect(options).toMatchObject({
      targetFileSize: 512 * MiB,
      minFileSize: 384 * MiB,
      maxFileSize: Math.floor(921.6 * MiB),
      minInputFiles: 5,
    })
  })

  test('follow the table’s own target', () => {
    expect(resolveOptions({}, {'write.target-file-size-bytes': '1048576'}).targetFileSize).toBe(MiB)
  })

  test.each([{minFileSize: 600 * MiB}, {maxFileSize: 100 * MiB}, {minInputFiles: 0}, {concurrency: 0}, {targetFileSize: 0}])(
    'refuse what contradicts itself: %j',
    (given) => {
      expect(() => resolveOptions(given, {})).toThrow(expect.objectContaining({code: 'INVALID_OPTION', exit: 2}))
    },
  )
})

describe('a file', () => {
  test.each([
    [383 * MiB, true],
    [384 * MiB, false],
    [512 * MiB, false],
    [921 * MiB, false],
    [922 * MiB, true],
  ])('of %d bytes is a candidate: %p', (size, expected) => {
    expect(judgeFile(candidate(size), options).candidate).toBe(expected)
  })
})

describe('a group', () => {
  test('of five small files is rewritten, of four it is not', () => {
    expect(judgeGroup(files(5, MiB), options).rewrite).toBe(true)
    expect(judgeGroup(files(4, MiB), options)).toMatchObject({rewrite: false, reason: expect.stringContaining('only 4 files')})
  })

  test('of three that fill a file is rewritten', () => {
    expect(judgeGroup(files(3, 200 * MiB), options).rewrite).toBe(true)
  })

  test('that an earlier run made stays as it is until a new file joins it', () => {
    const made = files(10, 100 * MiB, true)
    expect(judgeGroup(made, options)).toMatchObject({rewrite: false, reason: expect.stringContaining('earlier optimize')})
    expect(judgeGroup([...made, candidate(MiB)], options).rewrite).toBe(true)
  })

  test('whose rewrite would not leave fewer files is left alone', () => {
    expect(judgeGroup(files(2, 300 * MiB), options)).toMatchObject({rewrite: false, reason: expect.stringContaining('not leave fewer')})
  })

  test('of one file is left alone, unless the file has to be split', () => {
    expect(judgeGroup(files(1, MiB), options).rewrite).toBe(false)
    expect(judgeGroup(files(1, 2000 * MiB), options).rewrite).toBe(true)
  })
})

describe('a division', () => {
  const sizes = fc.array(fc.integer({min: 1, max: 2_000_000_000}), {minLength: 1, maxLength: 60})

  test('takes every file once and leaves no merge empty', () => {
    fc.assert(
      fc.property(sizes, (all) => {
        const group = all.map((size) => candidate(size))
        const merges = divideGroup(group, options)
        expect(merges.flatMap(({inputs}) => inputs.map(({path}) => path)).sort()).toEqual(group.map(({file}) => file.path).sort())
        expect(merges.every(({inputs, outputs}) => inputs.length > 0 && outputs >= 1)).toBe(true)
      }),
    )
  })

  test('splits a file by itself when it is over the maximum, and into no more files than it has rows', () => {
    expect(divideGroup([candidate(2048 * MiB)], options)).toMatchObject([{outputs: 4}])
    const {file} = candidate(2048 * MiB)
    expect(divideGroup([{settled: false, file: {...file, rows: 2}}], options)).toMatchObject([{outputs: 2}])
  })

  test('packs groups in order and never over their limit, save for a single file that is larger', () => {
    fc.assert(
      fc.property(sizes, fc.integer({min: 1, max: 3_000_000_000}), (all, limit) => {
        const groups = packGroups(
          all.map((size) => candidate(size)),
          limit,
        )
        expect(groups.flat().map(({file}) => file.size)).toEqual(all)
        for (const group of groups) {
          const bytes = group.reduce((sum, {file}) => sum + file.size, 0)
          expect(group.length === 1 || bytes <= limit).toBe(true)
        }
      }),
    )
  })

  test.each([
    [1, 1],
    [512 * MiB, 1],
    [550 * MiB, 1],
    [700 * MiB, 2],
    [1024 * MiB, 2],
    [1100 * MiB, 2],
    [1500 * MiB, 3],
  ])('%d bytes become %d files', (bytes, outputs) => {
    expect(expectedOutputs(bytes, options)).toBe(outputs)
  })
})

describe('with an order', () => {
  const sorted = (size: number, isSorted: boolean, settled = false): Candidate => ({...candidate(size), isSorted, settled})

  test('a file of a good size is a candidate when it is not in it', () => {
    expect(judgeFile(sorted(512 * MiB, true), options).candidate).toBe(false)
    expect(judgeFile(sorted(512 * MiB, false), options)).toMatchObject({candidate: true, reason: expect.stringContaining('order')})
  })

  test('one file that is not in it is reason enough to rewrite a group, also when it is alone', () => {
    expect(judgeGroup([sorted(MiB, false)], options).rewrite).toBe(true)
    expect(judgeGroup([sorted(MiB, true, true), sorted(MiB, false)], options)).toMatchObject({
      rewrite: true,
      reason: expect.stringContaining('1 of 2 files'),
    })
  })

  test('small files that are in it are merged by the same rules as without', () => {
    const small = (count: number, settled: boolean) => Array.from({length: count}, () => sorted(MiB, true, settled))
    expect(judgeGroup(small(5, false), options).rewrite).toBe(true)
    expect(judgeGroup(small(4, false), options).rewrite).toBe(false)
    expect(judgeGroup(small(5, true), options).rewrite).toBe(false)
  })

  test('a group becomes the files that its bytes fill, and never more than it has rows', () => {
    const group = files(6, 400 * MiB)
    expect(wholeGroup(group, options)).toMatchObject({outputs: expectedOutputs(2400 * MiB, options)})
    const [wide] = files(1, 2000 * MiB) as [Candidate]
    expect(wholeGroup([{...wide, file: {...wide.file, rows: 2}}], options).outputs).toBe(2)
  })
})
