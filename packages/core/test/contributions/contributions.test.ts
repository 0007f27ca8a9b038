import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from '@jest/globals'
import {listContributions, loadContribution, loadContributions, type PluginPackage} from '@phlo/core'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlo-contributions-'))
})
afterAll(() => rm(folder, {recursive: true, force: true}))

async function plugin(name: string, phlo: unknown, files: Record<string, string> = {}, type = 'user'): Promise<PluginPackage> {
  const root = join(folder, name)
  for (const [path, text] of Object.entries({'package.json': '{"type": "module"}', ...files})) {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), text)
  }
  return {name, root, type, pjson: phlo === undefined ? {} : {phlo}}
}

const check = (name: string, contract = 1) =>
  `export default {$type: '@phlo/quality-check', contract: ${contract}, name: '${name}', evidence: 'metadata', run: async () => ({status: 'passed', reason: ''})}\n`

describe('listing', () => {
  test('imports nothing', async () => {
    const list = listContributions([
      await plugin('bomb', {contract: 1, checks: {bomb: './bomb.js'}}, {'bomb.js': 'throw new Error("imported")'}),
    ])
    expect(list.warnings).toEqual([])
    expect(list.contributions).toEqual([{kind: 'checks', name: 'bomb', plugin: 'bomb', root: join(folder, 'bomb'), path: './bomb.js'}])
  })

  test('passes over packages that contribute nothing', async () => {
    expect(listContributions([await plugin('commands-only', undefined)])).toEqual({contributions: [], warnings: []})
  })

  test.each<[string, unknown, RegExp]>([
    ['a later contract', {contract: 2, checks: {x: './x.js'}}, /contract 2 and this Phlo speaks 1/],
    ['no contract', {checks: {x: './x.js'}}, /names no contract/],
    ['an unknown kind', {contract: 1, catalog: {x: './x.js'}}, /"catalog".*did it mean catalogs\?/],
    ['a path that leaves the package', {contract: 1, checks: {x: '../x.js'}}, /not a path that starts with/],
    ['a list of the wrong shape', {contract: 1, checks: ['./x.js']}, /not an object/],
    ['no object at all', 'checks', /not an object/],
  ])('leaves out a plugin with %s, with one warning that names it', async (_, phlo, reason) => {
    const {contributions, warnings} = listContributions([await plugin('wrong', phlo)])
    expect(contributions).toEqual([])
    expect(warnings).toEqual([expect.stringMatching(reason)])
    expect(warnings[0]).toContain('wrong')
  })

  test('takes the host’s before a user’s, then the first by name, whatever the order, with one warning', async () => {
    const phlo = {contract: 1, checks: {same: './same.js'}}
    const [core, alpha, beta] = await Promise.all([plugin('zz-core', phlo, {}, 'core'), plugin('alpha', phlo), plugin('beta', phlo)])
    for (const order of [
      [alpha, beta],
      [beta, alpha],
    ] as const) {
      const {contributions, warnings} = listContributions(order)
      expect(contributions.map((contribution) => contribution.plugin)).toEqual(['alpha'])
      expect(warnings).toEqual(['checks same of beta is left out: alpha contributes that name.'])
    }
    expect(listContributions([alpha, core]).contributions.map((contribution) => contribution.plugin)).toEqual(['zz-core'])
  })
})

describe('loading', () => {
  test('imports the one module that was asked for', async () => {
    const list = listContributions([
      await plugin(
        'two',
        {contract: 1, checks: {good: './good.js', bomb: './bomb.js'}},
        {'good.js': check('good'), 'bomb.js': 'throw new Error("imported")'},
      ),
    ])
    expect(await loadContribution(list, 'checks', 'good')).toMatchObject({name: 'good', evidence: 'metadata'})
  })

  test.each([
    ['throws on import', 'throw new Error("boom")', /boom/],
    ['does not parse', 'export default {', /cannot be used: ./],
    ['exports something else', 'export default {name: "x"}', /is not a @phlo\/quality-check/],
    ['is written for a later contract', check('x', 2), /contract 2/],
  ])('a module that %s is an error that names the plugin', async (_, text, reason) => {
    const name = `unusable-${Buffer.from(text).toString('hex').slice(0, 40)}`
    const list = listContributions([await plugin(name, {contract: 1, checks: {x: './x.js'}}, {'x.js': text})])
    const failure = await loadContribution(list, 'checks', 'x').catch((error) => error)
    expect(failure).toMatchObject({code: 'CONTRIBUTION_BROKEN', exit: 3, message: expect.stringContaining(name)})
    expect(failure.message).toMatch(reason)
  })

  test('of a whole kind, what is broken costs a warning and nothing else', async () => {
    const list = listContributions([
      await plugin(
        'mixed',
        {contract: 1, checks: {fine: './fine.js', boom: './boom.js'}},
        {'fine.js': check('fine'), 'boom.js': 'throw new Error("boom")'},
      ),
    ])
    const {found, warnings} = await loadContributions(list, 'checks')
    expect(found.map(({plugin, value}) => [plugin, value.name])).toEqual([['mixed', 'fine']])
    expect(warnings).toEqual([expect.stringContaining('boom')])
  })

  test('what nobody contributes is an error that says what there is, and what to install', async () => {
    const list = listContributions([await plugin('one', {contract: 1, catalogs: {rest: './rest.js'}})])
    await expect(loadContribution(list, 'catalogs', 'ret')).rejects.toMatchObject({
      code: 'CONTRIBUTION_NOT_FOUND',
      suggestions: ['Did you mean rest?'],
    })
    await expect(loadContribution(list, 'catalogs', 'nessie')).rejects.toMatchObject({
      suggestions: ['phlo plugins install @phlo/core-nessie'],
    })
  })
})
