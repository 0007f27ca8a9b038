import {expect, test} from '@jest/globals'
import {
  defineOperation,
  type LakehouseTable,
  type OperationContext,
  type OperationPlan,
  type OperationResult,
  unavailable,
} from '@phlo/core'
import {planFresh} from '../../src/command/plan-fresh.js'

interface Aged extends LakehouseTable {
  readonly age: number
}

/** A table of which every refresh is one older. */
const tableOf = (age: number): Aged => ({
  format: 'fake',
  catalog: 'lake',
  name: {namespace: ['sales'], name: 'orders'},
  ref: 'main',
  location: 'fake://bucket/orders',
  properties: {},
  age,
  refresh: async () => tableOf(age + 1),
})

const readFrom = (least: number, code = 'FILE_NOT_FOUND') =>
  defineOperation<object, OperationPlan, OperationResult, Aged>({
    name: 'read',
    format: 'fake',
    permission: 'table:maintain',
    async plan({age}) {
      if (age < least) throw unavailable(code, `manifest ${age} does not exist.`)
      return {summary: `read ${age}`} as OperationPlan
    },
    execute: async () => ({summary: 'read', snapshotId: null}),
  })

const context = {signal: new AbortController().signal, log: {debug() {}, warn() {}}} as unknown as OperationContext

test('a plan that met an expiration is made of the table as it is then', async () => {
  const {table, plan} = await planFresh(readFrom(2), tableOf(0), {}, context)
  expect({age: table.age, summary: plan.summary}).toEqual({age: 2, summary: 'read 2'})
})

test('a file that stays missing is told after four times', async () => {
  await expect(planFresh(readFrom(4), tableOf(0), {}, context)).rejects.toThrow('manifest 3 does not exist.')
})

test('a manifest that operations on their own account find to be lost may have been expired, too', async () => {
  expect((await planFresh(readFrom(2, 'MANIFEST_LOST'), tableOf(0), {}, context)).table.age).toBe(2)
})

test('a file that a table has lost is told at once while the table stays the same', async () => {
  let plans = 0
  const read = readFrom(9)
  const counting = {...read, plan: (...given: Parameters<typeof read.plan>) => read.plan(...given).finally(() => plans++)}
  const at = (age: number, metadataLocation: string): Aged => ({
    ...tableOf(age),
    metadataLocation,
    refresh: async () => at(age + 1, '2.json'),
  })
  await expect(planFresh(counting, at(0, '1.json'), {}, context)).rejects.toThrow('manifest 1 does not exist.')
  expect(plans).toBe(2)
})

test('nothing else is tried again, nor anything after an interrupt', async () => {
  await expect(planFresh(readFrom(1, 'STORAGE_DENIED'), tableOf(0), {}, context)).rejects.toThrow('manifest 0 does not exist.')
  const interrupted = {...context, signal: AbortSignal.abort()}
  await expect(planFresh(readFrom(1), tableOf(0), {}, interrupted)).rejects.toThrow('manifest 0 does not exist.')
})
