import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {join, relative} from 'node:path'
import {describe, expect, test} from '@jest/globals'

const packages = join(import.meta.dirname, '..', '..', 'packages')

/** Which packages of ours each package may import; docs/architecture.md says why. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  iceberg: ['@phlo/core'],
  state: ['@phlo/core'],
  testing: ['@phlo/core'],
  'core-iceberg': ['@phlo/core', '@phlo/iceberg', '@phlo/state'],
  'core-nessie': ['@phlo/core', '@phlo/iceberg'],
  'catalog-glue': ['@phlo/core', '@phlo/iceberg'],
  'catalog-hive': ['@phlo/core', '@phlo/iceberg'],
  'engine-duckdb': ['@phlo/core'],
  cli: ['@phlo/core'],
  checkout: ['phlo'],
}

/** Inside @phlo/iceberg, a folder imports only what stands before it, or beside it: the formats of data files know each other. */
const ROOMS = [
  ['spec'],
  ['io'],
  ['http'],
  ['catalog'],
  ['avro', 'parquet', 'variant'],
  ['puffin'],
  ['evolve'],
  ['sketch', 'write'],
  ['deletes'],
  ['scan'],
  ['sort'],
  ['commit'],
  ['inspect'],
  ['changes'],
  ['maintenance'],
]

function sourcesOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((name) => join(folder, name))
    .filter((path) => /\.ts$/.test(path) && statSync(path).isFile())
}

function importsOf(path: string): readonly string[] {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier as string)
}

describe('imports run downwards', () => {
  test('every package has a place in the order', () => {
    expect(readdirSync(packages).sort()).toEqual(Object.keys(MAY_IMPORT).sort())
  })

  test.each(Object.entries(MAY_IMPORT))('%s imports only what is below it', (name, allowed) => {
    const src = join(packages, name, 'src')
    const wrong = sourcesOf(src).flatMap((path) =>
      importsOf(path)
        .filter((specifier) => specifier.startsWith('@phlo/') || specifier === 'phlo' || specifier.startsWith('phlo/'))
        .filter((specifier) => !allowed.some((other) => specifier === other || specifier.startsWith(`${other}/`)))
        .map((specifier) => `${relative(packages, path)} imports ${specifier}`),
    )
    expect(wrong).toEqual([])
  })

  test('only core/command knows oclif', () => {
    const core = join(packages, 'core', 'src')
    const wrong = sourcesOf(core)
      .filter((path) => !relative(core, path).startsWith('command'))
      .filter((path) => importsOf(path).some((specifier) => specifier.startsWith('@oclif/') || specifier.includes('/command/')))
    expect(wrong).toEqual([])
  })

  test('the rooms of @phlo/iceberg are entered from above', () => {
    const src = join(packages, 'iceberg', 'src')
    const roomOf = (path: string) => relative(src, path).split('/')[0] ?? ''
    const floorOf = (path: string) => ROOMS.findIndex((rooms) => rooms.includes(roomOf(path)))
    const folders = readdirSync(src, {withFileTypes: true}).filter((entry) => entry.isDirectory())
    expect(folders.map(({name}) => name).sort()).toEqual(ROOMS.flat().sort())
    const wrong = sourcesOf(src).flatMap((path) => {
      const own = floorOf(path)
      return importsOf(path)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => ({specifier, room: floorOf(join(path, '..', specifier))}))
        .filter(({room}) => own >= 0 && room > own)
        .map(({specifier}) => `${relative(src, path)} imports ${specifier}`)
    })
    expect(wrong).toEqual([])
  })
})
