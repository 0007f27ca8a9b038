import {randomBytes} from 'node:crypto'
import {expect} from '@jest/globals'
import {emptyFolder} from '../../../core-iceberg/test/support/in-process.js'
import {lakeIn, type SharedLake} from '../../../core-iceberg/test/support/judged.js'
import {maintenanceScenarios} from '../../../core-iceberg/test/support/maintenance-scenarios.js'
import type {StandingJudge} from '../../../iceberg/test/support/judges.js'
import {asPyiceberg, bring, origin, storage} from './nessie-s3.js'

/** Both come through Nessie's Iceberg REST side. */
const nessieLake = () =>
  lakeIn(emptyFolder(), asPyiceberg(), {type: 'rest', uri: `${origin()}/iceberg`, warehouse: 'warehouse', ...storage()})

/** A table that PyIceberg made, and what it reads of it: one snapshot, whatever came before. */
async function withOrders(lake: SharedLake, pyiceberg: StandingJudge) {
  const table = `n${randomBytes(6).toString('hex')}.orders`
  await pyiceberg.create(lake, table, 2, 4, 30)
  const look = async () => Object.values(await pyiceberg.profile(lake, table))
  return {table, look, before: await look()}
}

const GC_DISABLED = {exit: 6, error: {code: 'GC_DISABLED'}}
const NOT_SUPPORTED = {exit: 6, error: {code: 'NOT_SUPPORTED_BY_CATALOG'}}

maintenanceScenarios('Nessie’s REST', nessieLake, {
  bring,
  instead: {
    'a table that PyIceberg made: optimize, expire snapshots, vacuum': {
      outcome: 'optimizes; refuses the others, since branches may need the files',
      async run(lake, pyiceberg) {
        const {table, look, before} = await withOrders(lake, pyiceberg)
        await lake.must('table', 'optimize', table, '--min-input-files', '2', '--yes')
        expect(await look()).toEqual(before)
        expect(await lake.json('table', 'expire-snapshots', table, '--older-than', '0s', '--yes')).toMatchObject(GC_DISABLED)
        expect(await lake.json('table', 'vacuum', table, '--yes')).toMatchObject(GC_DISABLED)
        expect(await lake.json('table', 'drop', table, '--purge', '--yes')).toMatchObject(GC_DISABLED)
        expect(await look()).toEqual(before)
      },
    },
    'compute statistics, rewrite manifests, upgrade to format version 3': {
      outcome: 'statistics and manifests; the server does not have version 3',
      async run(lake, pyiceberg) {
        const {table, look, before} = await withOrders(lake, pyiceberg)
        await lake.must('table', 'compute-stats', table, '--yes')
        await lake.must('table', 'rewrite-manifests', table, '--yes')
        expect(await look()).toEqual(before)
        expect(await lake.json('table', 'upgrade', table, '--format-version', '3', '--yes')).toMatchObject({exit: 3})
        expect(await lake.must('table', 'show', table)).toMatchObject({formatVersion: 2})
      },
    },
    'set properties, branch, tag, roll back': {
      outcome: 'sets properties; refuses the others, which the server would take and not do',
      async run(lake, pyiceberg) {
        const {table, look, before} = await withOrders(lake, pyiceberg)
        const {snapshot} = await lake.must('table', 'show', table)
        await lake.must('table', 'properties', table, '--set', 'owner=ada')
        expect(await lake.json('snapshot', 'branch', 'create', table, 'audit', '--yes')).toMatchObject(NOT_SUPPORTED)
        expect(await lake.json('snapshot', 'tag', 'create', table, 'monday', '--yes')).toMatchObject(NOT_SUPPORTED)
        expect((await lake.must('table', 'refs', table)).refs).toMatchObject([{name: 'main', snapshotId: snapshot.id}])
        expect((await lake.must('table', 'properties', table)).properties).toMatchObject({owner: 'ada'})
        expect(await look()).toEqual(before)
      },
    },
    'vacuum a table without orphan files: nothing to do': {
      outcome: 'refused, since branches may need the files',
      async run(lake, pyiceberg) {
        const {table} = await withOrders(lake, pyiceberg)
        expect(await lake.json('table', 'vacuum', table, '--dry-run')).toMatchObject(GC_DISABLED)
      },
    },
  },
})
