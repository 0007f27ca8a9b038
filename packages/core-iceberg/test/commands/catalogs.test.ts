import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, test} from '@jest/globals'
import {emptyFolder, type Shop} from '../support/in-process.js'

let shop: Shop
beforeEach(() => {
  shop = emptyFolder()
})

describe('namespaces', () => {
  test('are made, with levels and properties, after a dry run that makes nothing', async () => {
    expect(await shop.must('namespace', 'create', 'sales', '--dry-run')).toEqual({namespace: 'sales', outcome: 'planned'})
    expect(shop.tree()).toEqual({})
    await shop.must('namespace', 'create', 'sales', '--property', 'owner=finance')
    await shop.must('namespace', 'create', 'sales.emea')
    expect(await shop.must('namespace', 'list')).toEqual({namespaces: ['sales']})
    expect(await shop.must('namespace', 'list', 'sales')).toEqual({namespaces: ['sales.emea']})
    expect(await shop.json('namespace', 'create', 'sales')).toMatchObject({exit: 5, error: {code: 'ALREADY_EXISTS'}})
    expect((await shop.type(['namespace', 'list'])).stdout).toBe('namespace\nsales\n')
  })

  test('have properties that are set and removed', async () => {
    await shop.must('namespace', 'create', 'sales', '--property', 'owner=finance', '--property', 'comment=x')
    await shop.must('namespace', 'set', 'sales', '--property', 'owner=ada', '--dry-run')
    expect((await shop.must('namespace', 'show', 'sales')).properties).toMatchObject({owner: 'finance'})
    await shop.must('namespace', 'set', 'sales', '--property', 'owner=ada', '--remove', 'comment')
    const {properties} = await shop.must('namespace', 'show', 'sales')
    expect(properties).toMatchObject({owner: 'ada'})
    expect(properties).not.toHaveProperty('comment')
    expect((await shop.type(['namespace', 'show', 'sales'])).stdout).toMatch(/^owner +ada$/m)
    expect(await shop.json('namespace', 'set', 'sales')).toMatchObject({exit: 2, error: {code: 'NOTHING_TO_SET'}})
  })

  test('are dropped after a yes, and only when they are empty', async () => {
    await shop.must('namespace', 'create', 'sales')
    await shop.must('table', 'create', 'sales.orders', '--schema', 'id: long')
    expect(await shop.json('namespace', 'drop', 'sales')).toMatchObject({exit: 2, error: {code: 'CONFIRMATION_REQUIRED'}})
    expect(await shop.json('namespace', 'drop', 'sales', '--yes')).toMatchObject({exit: 6, error: {code: 'NAMESPACE_NOT_EMPTY'}})
    await shop.must('table', 'drop', 'sales.orders', '--yes')
    expect(await shop.must('namespace', 'drop', 'sales', '--dry-run')).toMatchObject({outcome: 'planned'})
    expect(await shop.type(['namespace', 'drop', 'sales'], {stdin: ['n']})).toMatchObject({exitCode: 6})
    expect(await shop.must('namespace', 'list')).toEqual({namespaces: ['sales']})
    await shop.must('namespace', 'drop', 'sales', '--yes')
    expect(await shop.must('namespace', 'list')).toEqual({namespaces: []})
    expect(await shop.json('namespace', 'show', 'sales')).toMatchObject({exit: 3, error: {code: 'NAMESPACE_NOT_FOUND'}})
  })
})

describe('catalogs', () => {
  test('are those of the configuration, or the embedded one', async () => {
    const {catalogs} = await shop.must('catalog', 'list')
    expect(catalogs).toMatchObject([{name: 'local', type: 'sql', default: true}])
    expect(shop.tree()).toEqual({})
    await shop.must('namespace', 'create', 'sales')
    expect(await shop.must('catalog', 'test')).toMatchObject({name: 'local', reachable: true})
    expect((await shop.type(['catalog', 'test', 'local'])).stdout).toMatch(/^catalog local and its warehouse answered in /)
  })

  test('are shown with their secrets masked, and without being opened', async () => {
    writeFileSync(
      join(shop.cwd, 'phlo.yaml'),
      'catalogs: {far: {type: sql, uri: "postgresql://ada:hunter22@db.invalid/x", warehouse: "s3://lake", s3.secret-access-key: sesame99}}\ndefaultCatalog: far\n',
    )
    for (const args of [
      ['catalog', 'show', 'far'],
      ['catalog', 'list'],
    ]) {
      for (const {stdout, stderr, exitCode} of [await shop.type(args), await shop.type([...args, '--json'])]) {
        expect({exitCode, stdout}).toEqual({exitCode: 0, stdout: expect.stringContaining('postgresql://ada:***@db.invalid/x')})
        expect(stdout + stderr).not.toMatch(/hunter22|sesame99/)
      }
    }
    expect(await shop.json('catalog', 'show', 'nope')).toMatchObject({exit: 2, error: {code: 'CATALOG_NOT_CONFIGURED'}})
  })

  test('are apart from each other', async () => {
    const lake = (name: string) =>
      `  ${name}: {type: sql, uri: "sqlite:///${join(shop.cwd, `${name}.db`)}", warehouse: "file://${join(shop.cwd, name)}"}\n`
    writeFileSync(join(shop.cwd, 'phlo.yaml'), `catalogs:\n${lake('one')}${lake('two')}defaultCatalog: one\n`)
    await shop.must('namespace', 'create', 'sales', '--catalog', 'two')
    expect(await shop.must('namespace', 'list')).toEqual({namespaces: []})
    expect(await shop.must('namespace', 'list', '--catalog', 'two')).toEqual({namespaces: ['sales']})
    expect((await shop.must('catalog', 'list')).catalogs).toMatchObject([
      {name: 'one', default: true},
      {name: 'two', default: false},
    ])
  })
})
