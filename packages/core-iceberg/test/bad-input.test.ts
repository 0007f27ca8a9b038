import {readdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from '@jest/globals'
import {phlo, savedShop, shell, treeOf} from './support/phlo.js'

let restored: () => string
beforeAll(async () => {
  const saved = await savedShop()
  restored = saved.restore
})

const locate = (cwd: string, pattern: RegExp) => {
  const folder = join(cwd, '.phlo', 'warehouse', 'shop', 'orders')
  const names = readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter((name) => pattern.test(name))
    .sort()
  return join(folder, names.at(-1) as string)
}

/** One sentence, the code, the exit code, and nothing changed. */
async function refuses(cwd: string, args: readonly string[], expected: {code: string; exit: number; names?: string}): Promise<void> {
  const before = treeOf(cwd)
  const {exit, error} = await phlo(cwd, ...args)
  expect({args, exit, code: error?.code}).toEqual({args, exit: expected.exit, code: expected.code})
  expect(error?.message).toMatch(/^[^\n]{15,600}[.?!:]?$/)
  if (expected.names !== undefined) expect(error?.message).toContain(expected.names)
  expect(treeOf(cwd)).toEqual(before)
}

describe('what a person mistypes', () => {
  test.each([
    [['table', 'show', 'shop.nope'], 'TABLE_NOT_FOUND', 3, 'shop.nope'],
    [['table', 'list', '--catalog', 'nope'], 'CATALOG_NOT_CONFIGURED', 2, 'nope'],
    [['table', 'list', 'nope'], 'NAMESPACE_NOT_FOUND', 3, 'nope'],
    [['table', 'stats', 'shop.orders', '--ref', 'nope'], 'REF_NOT_FOUND', 2, 'nope'],
    [['table', 'scan', 'shop.orders', '--columns', 'nope'], 'COLUMN_NOT_FOUND', 2, 'nope'],
    [['table', 'scan', 'shop.orders', '--where', 'nope = 1'], 'COLUMN_NOT_FOUND', 2, 'nope'],
    [['table', 'optimize', 'shop.orders', '--where', 'amount >'], 'INVALID_PREDICATE', 2, 'amount >'],
    [['table', 'optimize', 'shop.orders', '--sort', 'nope desc'], 'INVALID_SORT_ORDER', 2, 'nope'],
    [['table', 'optimize', 'shop.orders', '--sort', 'month(amount)'], 'INVALID_SORT_ORDER', 2, 'amount'],
    [['table', 'optimize', 'shop.orders', '--zorder', 'id,nope'], 'INVALID_SORT_ORDER', 2, 'nope'],
    [['table', 'optimize', 'shop.orders', '--sort', 'id', '--memory-limit', '1KB'], 'INVALID_OPTION', 2, 'memoryLimit'],
    [['table', 'list', '--nope'], 'USAGE', 2, '--nope'],
    [['table', 'show', 'orders'], 'INVALID_TABLE_NAME', 2, 'orders'],
    [['table', 'optimize', 'shop.orders', '--target-file-size', '512Mib'], 'INVALID_SIZE', 2, '512Mib'],
    [['table', 'expire-snapshots', 'shop.orders', '--older-than=-3d'], 'INVALID_DURATION', 2, '-3d'],
    [['table', 'expire-snapshots', 'shop.orders', '--snapshot-id', '1'], 'SNAPSHOT_NOT_FOUND', 2, '1'],
    [['table', 'vacuum', 'shop.orders', '--older-than', '1h'], 'UNSAFE_AGE', 6, '24 hours'],
    [['table', 'vacuum', 'shop.orders', '--location', '/'], 'LOCATION_NOT_OWNED', 6, undefined],
    [['table', 'optimize', 'shop.orders'], 'CONFIRMATION_REQUIRED', 2, '--yes'],
    [['table', 'create', 'shop.orders', '--schema', 'id: long'], 'ALREADY_EXISTS', 5, 'shop.orders'],
    [['table', 'create', 'nope.t', '--schema', 'id: long'], 'NAMESPACE_NOT_FOUND', 3, 'nope'],
    [['table', 'create', 'shop.t', '--schema', 'id: lnog'], 'INVALID_TYPE', 2, undefined],
    [['table', 'create', 'shop.t', '--schema', 'id: long', '--partition-by', 'month(id)'], 'INVALID_PARTITION_SPEC', 2, 'month'],
    [['table', 'append', 'shop.orders', 'nope.parquet'], 'FILE_NOT_FOUND', 3, 'nope.parquet'],
    [['table', 'append', 'shop.orders', 'rows.txt'], 'UNKNOWN_FILE_TYPE', 2, 'rows.txt'],
    [['table', 'apply', 'nope.json'], 'PLAN_NOT_FOUND', 3, 'nope.json'],
    [['table', 'properties', 'shop.orders', '--set', 'x'], 'INVALID_PROPERTY', 2, 'x'],
    [['snapshot', 'rollback', 'shop.orders', '1', '--yes'], 'SNAPSHOT_NOT_FOUND', 2, '1'],
    [['table', 'rename', 'shop.nope', 'shop.other'], 'TABLE_NOT_FOUND', 3, 'shop.nope'],
    [['namespace', 'drop', 'shop', '--yes'], 'NAMESPACE_NOT_EMPTY', 6, 'shop'],
  ] as const)('phlo %j is %s, exit %d', async (args, code, exit, names) => {
    await refuses(restored(), args, {code, exit, ...(names !== undefined && {names})})
  })
})

describe('metadata that is damaged', () => {
  test.each([
    ['cut short', (path: string) => truncateSync(path, 200), 'METADATA_CORRUPT', 3],
    ['empty', (path: string) => writeFileSync(path, ''), 'METADATA_CORRUPT', 3],
    ['not JSON', (path: string) => writeFileSync(path, '<html>'), 'METADATA_CORRUPT', 3],
    ['gone', (path: string) => rmSync(path), 'FILE_NOT_FOUND', 3],
    [
      'of format version 4',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace(/"format-version":\s*2/, '"format-version":4')),
      'UNSUPPORTED_FORMAT_VERSION',
      6,
    ],
  ] as const)('is named when it is %s', async (_how, damage, code, exit) => {
    const cwd = restored()
    const path = locate(cwd, /\.metadata\.json$/)
    damage(path)
    for (const args of [
      ['table', 'show', 'shop.orders'],
      ['table', 'optimize', 'shop.orders', '--yes'],
      ['table', 'vacuum', 'shop.orders', '--yes'],
    ]) {
      await refuses(cwd, args, {code, exit, names: path})
    }
  })
})

describe('a manifest that is damaged', () => {
  test.each([
    ['gone', (path: string) => rmSync(path), 'FILE_NOT_FOUND'],
    ['cut short', (path: string) => truncateSync(path, 1500), 'MANIFEST_CORRUPT'],
    ['something else', (path: string) => writeFileSync(path, 'not Avro at all'), 'MANIFEST_CORRUPT'],
  ] as const)('is named when it is %s, and nothing is deleted for it', async (_how, damage, code) => {
    const cwd = restored()
    const path = locate(cwd, /-m0\.avro$/)
    damage(path)
    for (const args of [
      ['table', 'stats', 'shop.orders'],
      ['table', 'optimize', 'shop.orders', '--yes'],
      ['table', 'vacuum', 'shop.orders', '--yes'],
      ['table', 'drop', 'shop.orders', '--purge', '--yes'],
    ]) {
      await refuses(cwd, args, {code, exit: 3, names: path})
    }
  })
})

test('snapshots are not expired while a manifest that may refer to their files cannot be read', async () => {
  const cwd = restored()
  await phlo(cwd, 'table', 'optimize', 'shop.orders', '--yes')
  const folder = join(cwd, '.phlo', 'warehouse', 'shop', 'orders', 'metadata')
  for (const name of readdirSync(folder).filter((file) => /-m\d+\.avro$/.test(file))) truncateSync(join(folder, name), 900)
  await refuses(cwd, ['table', 'expire-snapshots', 'shop.orders', '--older-than', '0s', '--yes'], {code: 'MANIFEST_CORRUPT', exit: 3})
})

describe('a data file that is damaged', () => {
  test.each([
    ['cut short', (path: string) => truncateSync(path, 300), 'FILE_SIZE_MISMATCH'],
    [
      'of another magic',
      (path: string) => writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, -4), Buffer.from('PAR2')])),
      'PARQUET_CORRUPT',
    ],
    [
      'longer than the manifest says',
      (path: string) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('PAR1')])),
      'FILE_SIZE_MISMATCH',
    ],
    ['gone', (path: string) => rmSync(path), 'FILE_NOT_FOUND'],
  ] as const)('is named when it is %s, and nothing is committed', async (_how, damage, code) => {
    const cwd = restored()
    const path = locate(cwd, /\.parquet$/)
    damage(path)
    await refuses(cwd, ['table', 'optimize', 'shop.orders', '--yes'], {code, exit: 3, names: path})
  })

  test('is named when it is to be appended', async () => {
    const cwd = restored()
    writeFileSync(join(cwd, 'broken.parquet'), 'PAR1 and then nothing of the kind')
    writeFileSync(join(cwd, 'broken.arrow'), 'nothing of the kind')
    await refuses(cwd, ['table', 'append', 'shop.orders', 'broken.parquet'], {code: 'PARQUET_CORRUPT', exit: 3, names: 'broken.parquet'})
    await refuses(cwd, ['table', 'append', 'shop.orders', 'broken.arrow'], {code: 'ARROW_CORRUPT', exit: 3, names: 'broken.arrow'})
  })
})

test('without --json the same is one line of text, its code, and what to type', async () => {
  const {exit, stdout, stderr} = await shell(restored(), 'phlo table show shop.nope')
  expect({exit, stdout}).toEqual({exit: 3, stdout: ''})
  expect(stderr).toBe(
    'Error: Table shop.nope does not exist in catalog local.\nCode: TABLE_NOT_FOUND\nTry this: phlo table list --catalog local\n',
  )
})
