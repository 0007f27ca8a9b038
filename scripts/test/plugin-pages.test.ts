import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')
const textOf = (...path: readonly string[]) => readFileSync(join(root, ...path), 'utf8')
const blocks = (page: string, language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text as string)

/** Code of a page: the file that it names in its first line, and its pieces, between which something is left out. */
const quoted = (page: string) =>
  [...blocks(page, 'ts'), ...blocks(page, 'js')].map((text) => {
    const [, file = '', code = ''] = /^\/\/ (\S+)\n([\s\S]*)$/.exec(text) ?? []
    return {file, pieces: code.split(/^ *\/\/ …\n/m)}
  })

/** The options of a suite: the members of an interface. */
function optionsOf(file: string, name: string): readonly string[] {
  const [, members = ''] =
    new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(textOf('packages', 'testing', 'src', file)) ?? []
  return [...members.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, option]) => option as string)
}

const GUIDES = [
  {guide: 'catalog', example: 'plugin-catalog-bucket', options: optionsOf('catalog/options.ts', 'CatalogUnderTest'), quotes: 6},
  {
    guide: 'schema-format',
    example: 'plugin-format-graphql',
    options: optionsOf('schema-format/options.ts', 'SchemaFormatUnderTest'),
    quotes: 4,
  },
]

describe.each(GUIDES)('the guide $guide shows of its example', ({guide, example, options, quotes}) => {
  const page = textOf('docs', 'plugins', `${guide}.md`)

  test('code that is in it, in this order', () => {
    const found = quoted(page)
    expect(found.length).toBeGreaterThanOrEqual(quotes)
    for (const {file, pieces} of found) {
      const source = textOf('examples', example, file)
      let from = 0
      for (const piece of pieces) {
        const at = source.indexOf(piece, from)
        expect({file, piece, isThere: at >= 0}).toEqual({file, piece, isThere: true})
        from = at + piece.length
      }
    }
  })

  test('what is in its package.json', () => {
    const [shown = ''] = blocks(page, 'json')
    expect(JSON.parse(textOf('examples', example, 'package.json'))).toMatchObject(JSON.parse(shown))
  })

  test('every option of the suite', () => {
    expect(options.length).toBeGreaterThan(5)
    expect(options.filter((name) => !page.includes(`\`${name}\` |`))).toEqual([])
  })
})

test('the guide of catalogs has every ability that a catalog may be without', () => {
  const [, abilities = ''] = /export type CatalogAbility = (.*)/.exec(textOf('packages', 'testing', 'src', 'catalog', 'options.ts')) ?? []
  const all = abilities.match(/[\w-]+/g) ?? []
  expect(all.length).toBeGreaterThan(5)
  expect(all.filter((ability) => !textOf('docs', 'plugins', 'catalog.md').includes(`\`${ability}\``))).toEqual([])
})

test('the example of a schema format has under 200 lines', () => {
  const files = ['src/graphql.ts', 'src/names.ts', 'test/graphql.test.js']
  const lines = files.map((file) => textOf('examples', 'plugin-format-graphql', file).split('\n').length)
  expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(200)
})
