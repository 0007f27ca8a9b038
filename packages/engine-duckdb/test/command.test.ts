import {join} from 'node:path'
import {expect, test} from '@jest/globals'
import {openShop} from '../../core-iceberg/test/support/in-process.js'

const plugins = [join(import.meta.dirname, '..')]

const texts = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort()

test('table optimize --engine duckdb does what --engine builtin does, and both say who sorted', async () => {
  const run = async (engine: string, ...order: readonly string[]) => {
    const shop = await openShop()
    const optimize = ['table', 'optimize', 'shop.orders', ...order, '--engine', engine, '--yes', '--json']
    const {stdout} = await shop.type(optimize, {plugins})
    const {data} = await shop.must('table', 'scan', 'shop.orders', '--limit', '1000')
    const {engines, rows, addedDataFiles} = JSON.parse(stdout).result.report
    return {engines, figures: {rows, addedDataFiles}, data}
  }
  for (const order of [
    ['--sort', 'amount DESC, id'],
    ['--zorder', 'id,amount'],
  ]) {
    const [duckdb, builtin] = [await run('duckdb', ...order), await run('builtin', ...order)]
    expect([duckdb.engines, builtin.engines]).toEqual([{duckdb: 3}, {builtin: 3}])
    expect(texts(duckdb.data)).toEqual(texts(builtin.data))
    expect(duckdb.figures).toEqual(builtin.figures)
  }
})

test('an engine that is not installed is named with the command that installs it, before anything is asked', async () => {
  const shop = await openShop()
  const before = shop.tree()
  const {exit, error} = await shop.json('table', 'optimize', 'shop.orders', '--sort', 'id', '--engine', 'duckdb')
  expect({exit, code: error?.code}).toEqual({exit: 2, code: 'ENGINE_NOT_INSTALLED'})
  expect(error?.suggestions).toContain('phlo plugins install @phlo/engine-duckdb')
  expect(shop.tree()).toEqual(before)
})
