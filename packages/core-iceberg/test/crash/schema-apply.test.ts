import {spawn} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {randomFrom} from '../../../iceberg/test/support/random.js'
import {emptyFolder, type Shop} from '../support/in-process.js'
import {type Document, shell} from '../support/phlo.js'

let lake: Shop
beforeEach(() => {
  lake = emptyFolder()
})

const TABLES = ['s.a', 's.b', 's.c', 's.d']

/** Declares the tables, each of them in every respect otherwise in another state. */
function declare(folder: string, tables: readonly string[], state: string): void {
  mkdirSync(join(lake.cwd, folder), {recursive: true})
  for (const table of tables) {
    const text = `
table: ${table}
comment: ${state}
columns:
  - {name: id, type: long, comment: ${state}}
  - {name: ${state}_1, type: string}
  - {name: ${state}_2, type: "list<int>", comment: ${state}}
partition-by: ["bucket(${4 + state.length}, id)"]
sort-by: [${state}_1]
properties: {one: ${state}, two: ${state}}
`
    writeFileSync(join(lake.cwd, folder, `${table}.yaml`), text)
  }
}

/** All that tells the state of a table; one word when it is in one. Undefined when it is not there. */
async function stateOf(table: string): Promise<string | undefined> {
  const shown = await lake.json('table', 'show', table)
  if (shown.exit !== 0) return undefined
  const {properties, partitionSpec, sortOrder} = shown.result
  const {columns} = await lake.must('schema', 'show', table)
  const names = columns.flatMap(({column, doc}: {column: string; doc: string | null}) => [column, ...(doc === null ? [] : [doc])])
  const own = names.filter((name: string) => !['id', 'element'].includes(name.split('.').at(-1) as string))
  const words = [...own.map((name: string) => name.replace(/_\d$/, '')), properties.comment, properties.one, properties.two]
  const width = 4 + String(properties.one).length
  const isWhole = partitionSpec === `bucket[${width}](id)` && sortOrder.startsWith(`${properties.one}_1 `)
  return isWhole ? [...new Set(words)].join(' ') : `${partitionSpec} ${sortOrder}`
}

const apply = (folder: string) => `phlo schema apply -f ${folder} --allow-breaking --yes --json`

/** Types the command and kills it so many milliseconds later, unless it has ended by then; how long it was there. */
function typeAndKill(folder: string, after: number): Promise<{readonly took: number; readonly isKilled: boolean}> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn('sh', ['-c', `exec ${apply(folder)}`], {
      cwd: lake.cwd,
      env: {...process.env, HOME: join(lake.cwd, 'home'), PATH: `${bin}:${process.env['PATH']}`},
      stdio: 'ignore',
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), after)
    child.on('error', reject)
    child.on('close', (_, signal) => {
      clearTimeout(timer)
      resolve({took: performance.now() - began, isKilled: signal === 'SIGKILL'})
    })
  })
}

const bin = join(import.meta.dirname, '..', '..', '..', '..', 'node_modules', '.bin')

describe('schema apply', () => {
  test('goes on where it was killed, and no table is ever half of what is declared', async () => {
    const random = randomFrom(7)
    let longest = 0
    let [before, kills]: [string | undefined, number] = [undefined, 0]
    for (let round = 0; kills < 6; round++) {
      const state = `r${'x'.repeat(round % 3)}${round}`
      declare('schemas', TABLES, state)
      // It takes most of its time to begin with.
      const {took, isKilled} = await typeAndKill('schemas', longest === 0 ? 60_000 : longest * (0.5 + random() * 0.5))
      if (isKilled) kills += 1
      else longest = took
      for (const table of TABLES) expect([before, state]).toContain(await stateOf(table))
      expect(await lake.json('schema', 'apply', '-f', 'schemas', '--allow-breaking', '--yes')).toMatchObject({exit: 0})
      for (const table of TABLES) expect(await stateOf(table)).toBe(state)
      expect((await lake.json('schema', 'apply', '-f', 'schemas', '--yes')).result).toMatchObject({outcome: 'nothing-to-do'})
      expect(await lake.must('table', 'check', 's.a')).toMatchObject({findings: []})
      before = state
    }
  })

  test.each([
    ['made', false],
    ['changed', true],
  ])('twice at once ends in one of the two states, whether a table is %s', async (_, isThere) => {
    for (let round = 0; round < 3; round++) {
      const table = `s.t${round}`
      const states = [`left${round}`, `rights${round}`] as const
      if (isThere) {
        declare(`first${round}`, [table], 'first')
        await lake.must('schema', 'apply', '-f', `first${round}`, '--yes')
      }
      for (const state of states) declare(state, [table], state)
      const said = await Promise.all(states.map((state) => shell(lake.cwd, apply(state))))
      const codes = said.map(({stdout}) => (JSON.parse(stdout) as Document).error?.code)
      const winners = states.filter((_, index) => codes[index] === undefined)
      expect(winners.length).toBeGreaterThan(0)
      expect(winners).toContain(await stateOf(table))
      for (const [index, {exit}] of said.entries()) if (codes[index] !== undefined) expect(exit).toBe(5)
    }
  })

  test('does not mix the properties of two plans that set one each', async () => {
    const folders = {left: 'one: a, two: a', right: 'one: b, two: b'}
    const text = (properties: string) => `table: s.p\ncolumns: [{name: id, type: long}]\nproperties: {${properties}}\n`
    for (const [folder, properties] of Object.entries({...folders, first: 'one: b, two: a'})) {
      mkdirSync(join(lake.cwd, folder))
      writeFileSync(join(lake.cwd, folder, 'p.yaml'), text(properties))
    }
    await lake.must('schema', 'apply', '-f', 'first', '--yes')
    await lake.must('schema', 'apply', '-f', 'left', '--plan-out', 'left.json')
    await lake.must('schema', 'apply', '-f', 'right', '--yes')
    expect((await lake.must('table', 'show', 's.p')).properties).toMatchObject({one: 'b', two: 'b'})
    await lake.must('schema', 'apply', '--plan', 'left.json', '--yes')
    expect((await lake.must('table', 'show', 's.p')).properties).toMatchObject({one: 'a', two: 'a'})
  })
})
