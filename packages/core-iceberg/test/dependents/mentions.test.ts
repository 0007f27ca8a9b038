import {describe, expect, test} from '@jest/globals'
import type {ColumnPath} from '@phlo/core'
import {mentionsOf} from '../../src/dependents/mentions.js'

const orders = {namespace: ['sales'], name: 'orders'}
const said = (sql: string, column: ColumnPath = ['amount'], dialect = 'trino', defaultNamespace: readonly string[] = ['sales']) => {
  const mentions = mentionsOf({sql, dialect, defaultNamespace}, orders)
  return mentions && {named: mentions.names(column), all: mentions.takesAll}
}
const named = {named: true, all: false}
const neither = {named: false, all: false}

describe('SQL of a view', () => {
  test.each([
    ['SELECT amount FROM orders'],
    ['SELECT o.Amount FROM Sales.ORDERS o'],
    ['SELECT "amount" FROM lake."sales"."orders"'],
    ['SELECT orders.amount FROM orders'],
    ['WITH a AS (SELECT 1 * amount AS b FROM (SELECT * FROM other.orders, sales.orders)) SELECT b FROM a'],
  ])('names a table and a column: %s', (sql) => {
    expect(said(sql)).toMatchObject({named: true})
  })

  test.each([
    ['SELECT amount FROM sales.orders_old'],
    ['SELECT amount FROM other.orders'],
    ["SELECT amount, 'from orders' FROM returns -- orders"],
    ['SELECT amount /* sales.orders */ FROM returns'],
    ['SELECT o.orders FROM returns o'],
  ])('names another table: %s', (sql) => {
    expect(said(sql)).toBeUndefined()
  })

  test.each([
    ['SELECT id FROM orders'],
    ["SELECT id, 'amount' FROM orders"],
    ['SELECT amounts, total_amount FROM orders'],
    ['SELECT count(*), id * 2 FROM orders'],
  ])('names the table, and not the column: %s', (sql) => {
    expect(said(sql)).toEqual(neither)
  })

  test.each([['SELECT * FROM orders'], ['SELECT DISTINCT * FROM orders'], ['SELECT o.* FROM orders o'], ['SELECT 1, * FROM orders']])(
    'takes all columns: %s',
    (sql) => {
      expect(said(sql)).toEqual({named: false, all: true})
    },
  )

  test('is read in its own dialect', () => {
    expect(said('SELECT `amount` FROM `lake.sales.orders`', ['amount'], 'bigquery')).toEqual(named)
    expect(said('SELECT id, "amount" FROM `sales`.`orders`', ['amount'], 'spark')).toEqual(neither)
    expect(said("SELECT 'it\\'s', amount FROM orders", ['amount'], 'spark')).toEqual(named)
    expect(said("SELECT amount, 'no end FROM orders", ['amount'], 'other')).toEqual(named)
  })

  test('looks up names without a namespace where the view does', () => {
    expect(said('SELECT amount FROM orders', ['amount'], 'trino', ['lab'])).toBeUndefined()
    expect(said('SELECT amount FROM orders', ['amount'], 'trino', [])).toEqual(named)
  })

  test('names what is in a column with it, and without what is beside', () => {
    const zip: ColumnPath = ['place', 'zip']
    expect(said('SELECT place.zip FROM orders', zip)).toEqual(named)
    expect(said('SELECT place FROM orders', zip)).toEqual(named)
    expect(said('SELECT o.place.city FROM orders o', zip)).toEqual(neither)
    expect(said('SELECT zip FROM orders', zip)).toEqual(neither)
    expect(said('SELECT lines[1].sku FROM orders', ['lines', 'element', 'sku'])).toEqual(named)
  })
})
