import {join} from 'node:path'
import {emptyFolder} from '../../../core-iceberg/test/support/in-process.js'
import {lakeIn, type SharedLake} from '../../../core-iceberg/test/support/judged.js'
import {maintenanceScenarios} from '../../../core-iceberg/test/support/maintenance-scenarios.js'
import {asPyiceberg, bring, origin, storage} from './nessie-s3.js'

/** PyIceberg comes to Nessie through its Iceberg REST side, Phlo through API v2. */
function nessieLake(): SharedLake {
  const properties = {type: 'nessie', uri: `${origin()}/api/v2`, warehouse: 's3://warehouse', ...storage()}
  // Nessie's REST knows the warehouse by its name.
  return {...lakeIn(emptyFolder([join(import.meta.dirname, '..', '..')]), asPyiceberg(), properties), warehouse: 'warehouse'}
}

// Through Nessie's REST a table has its current snapshot alone; its metadata has all.
maintenanceScenarios('Nessie (API v2)', nessieLake, {looksAtMetadata: true, bring})
