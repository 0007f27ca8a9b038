import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import {createProgress, formatKeyValues, formatTable, histogram, sparkline} from '@phlo/core/command'
import fc from 'fast-check'
import stringWidth from 'string-width'

describe('tables', () => {
  const columns = [
    {header: 'name', value: ([name]: readonly [string, string | number]) => name},
    {header: 'size', value: ([, size]: readonly [string, string | number]) => size},
  ]

  test('align figures to the right and know how wide characters are', () => {
    expect(
      formatTable(
        [
          ['orders', '1.5 MiB'],
          ['注文', '12 B'],
          ['e\u0301te\u0301', '1,024'],
        ],
        columns,
        {},
      ),
    ).toBe(['name       size', 'orders  1.5 MiB', '注文       12 B', 'e\u0301te\u0301       1,024'].join('\n'))
  })

  test('leave text to the left and end no line in spaces', () => {
    expect(
      formatTable(
        [
          ['a', 'big'],
          ['long name', ''],
        ],
        columns,
        {},
      ),
    ).toBe('name       size\na          big\nlong name')
  })

  test('without rows are their header', () => {
    expect(formatTable([], columns, {})).toBe('name  size')
  })

  test('keep every row on one line, whatever is in it', () => {
    expect(formatTable([['a\nb\u001B[31m', 1]], columns, {})).toBe('name            size\na\\nb\\u001b[31m     1')
  })

  test('fit a narrow terminal and are never cut off one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({unit: 'grapheme'}), fc.nat())), fc.integer({min: 5, max: 40}), (rows, width) => {
        for (const line of formatTable(rows, columns, {width}).split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
        expect(formatTable(rows, columns, {}).split('\n')).toHaveLength(rows.length + 1)
      }),
    )
  })
})

test('keys and values stand below each other, without those that are undefined', () => {
  expect(formatKeyValues({rows: 12, 'data files': 3n, none: undefined, empty: null})).toBe('rows        12\ndata files  3\nempty')
})

test('a sparkline goes from none to the largest', () => {
  expect(sparkline([0, 1, 50, 100])).toBe('▁▂▅█')
  expect(sparkline([0, 0])).toBe('▁▁')
  expect(sparkline([])).toBe('')
})

test('a histogram shows whatever is not zero', () => {
  expect(
    histogram(
      [
        {label: '< 1 MiB', count: 1000},
        {label: 'more', count: 1},
        {label: 'none', count: 0},
      ],
      10,
    ),
  ).toBe(['< 1 MiB  1,000  ██████████', '   more      1  ▏', '   none      0'].join('\n'))
})

describe('progress', () => {
  const terminal = process.env['TERM']
  beforeEach(() => {
    process.env['TERM'] = 'xterm'
  })
  afterEach(() => {
    if (terminal === undefined) delete process.env['TERM']
    else process.env['TERM'] = terminal
  })

  const start = (isTTY: boolean) => {
    const written: string[] = []
    let now = 0
    const progress = createProgress({isTTY, columns: 60, write: (text) => written.push(text)}, () => now)
    return {progress, written, pass: (milliseconds: number) => (now += milliseconds)}
  }

  test('is a bar on a terminal, and is gone afterwards', () => {
    const {progress, written, pass} = start(true)
    progress.start('reading manifests', 10)
    pass(200)
    progress.advance(5)
    progress.advance(1)
    progress.done()
    expect(written).toEqual([
      expect.stringContaining('reading manifests'),
      `\r\u001B[Kreading manifests ${'█'.repeat(12)}${'░'.repeat(12)} 5 of 10 (50%)`,
      '\r\u001B[K',
    ])
  })

  test('elsewhere is a line every five seconds, and none for what is quick', () => {
    const {progress, written, pass} = start(false)
    progress.start('reading manifests', 2000)
    progress.advance(10)
    pass(5000)
    progress.advance(990)
    pass(4000)
    progress.advance(1)
    progress.done()
    expect(written).toEqual(['reading manifests 1,000 of 2,000 (50%)\n'])
  })
})
