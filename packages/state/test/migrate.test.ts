import {execFile} from 'node:child_process'
import {mkdtempSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect, test} from '@jest/globals'
import {openDatabase} from '@phlo/state'
import {migrateCases} from './migrate-cases.js'

const freshFolder = () => mkdtempSync(join(tmpdir(), 'phlo-state-'))
const migrant = join(import.meta.dirname, 'migrant.mjs')

migrateCases('SQLite', async () => {
  const folder = freshFolder()
  return {url: `sqlite:///${join(folder, 'state.db')}`, drop: () => rm(folder, {recursive: true})}
})

test('processes that make and migrate one SQLite file at the same time do not clash: every step is made once', async () => {
  const folder = freshFolder()
  for (let round = 0; round < 4; round++) {
    const url = `sqlite:///${join(folder, `${round}`, 'state.db')}`
    const made = await Promise.all(Array.from({length: 4}, () => promisify(execFile)(process.execPath, [migrant, url])))
    expect(made.flatMap(({stdout}) => JSON.parse(stdout) as string[]).sort()).toEqual(['0001-visits', '0002-first-visit'])
    const {db, close} = await openDatabase<{visits: {id: number}}>(url)
    expect(await db.selectFrom('visits').selectAll().execute()).toEqual([{id: 1}])
    await close()
  }
  await rm(folder, {recursive: true})
})
