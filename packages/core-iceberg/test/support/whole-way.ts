import {expect} from '@jest/globals'
import type {Shop} from './in-process.js'

let plans = 0

/** The refs of shop.orders, by name. */
export async function refsOf(shop: Shop): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  const {refs} = await shop.must('table', 'refs', 'shop.orders')
  return Object.fromEntries((refs as {name: string}[]).map((ref) => [ref.name, ref]))
}

/** A command that is refused: one sentence that names what was typed, a suggestion, and nothing changed. */
export async function isRefused(shop: Shop, argv: readonly string[], exit: number, code: string, names: string): Promise<void> {
  const before = shop.tree()
  const outcome = await shop.json(...argv)
  expect({argv, exit: outcome.exit, code: outcome.error?.code}).toEqual({argv, exit, code})
  expect(outcome.error?.message).toMatch(/^[^\n]{15,400}[.?!]$/)
  expect(outcome.error?.message).toContain(names)
  expect(outcome.error?.suggestions?.length).toBeGreaterThan(0)
  expect(shop.tree()).toEqual(before)
}

/**
 * Types an operation in all its ways: as a dry run, which changes nothing; into a plan file, which changes nothing; applies that; then
 * applies it again, which is a conflict; and takes it back with the command that it printed. Returns the report of having done it.
 *
 * @param check looks at the table once it is done
 * @param again how the second attempt ends
 */
export async function goesTheWholeWay(
  shop: Shop,
  argv: readonly string[],
  check: () => Promise<void>,
  again = {exit: 5, code: 'PLAN_OUTDATED'},
) {
  const before = {tree: shop.tree(), refs: await refsOf(shop)}
  const dry = await shop.must(...argv, '--dry-run')
  expect(dry).toMatchObject({outcome: 'planned', plan: {noop: false, table: {name: 'shop.orders'}}})
  const said = await shop.type([...argv, '--dry-run'])
  expect(said.stdout.split('\n')[0]).toBe(dry.summary)
  expect(said.stderr).toContain('Nothing was changed')
  expect(shop.tree()).toEqual(before.tree)

  const file = `plan-${plans++}.json`
  expect((await shop.must(...argv, '--plan-out', file)).outcome).toBe('saved')
  const {[file]: saved, ...others} = shop.tree()
  expect(saved).toBeDefined()
  expect(others).toEqual(before.tree)

  const {outcome, report} = await shop.must('table', 'apply', file, '--yes')
  expect(outcome).toBe('done')
  await check()
  const done = shop.tree()
  expect(await shop.json('table', 'apply', file, '--yes')).toMatchObject({exit: again.exit, error: {code: again.code}})
  expect(shop.tree()).toEqual(done)

  const undo = (report.undo as string).match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? []
  expect(undo[0]).toBe('phlo')
  await shop.must(...undo.slice(1), '--yes')
  expect(await refsOf(shop)).toEqual(before.refs)

  const typed = await shop.type([...argv, '--yes'])
  expect({exit: typed.exitCode, stderr: typed.stderr}).toEqual({exit: 0, stderr: ''})
  await check()
  return {report, stdout: typed.stdout}
}
