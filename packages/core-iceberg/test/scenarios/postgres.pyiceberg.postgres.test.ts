import {required} from '../../../iceberg/test/support/required.js'
import {sharedLake} from '../support/judged.js'
import {maintenanceScenarios} from '../support/maintenance-scenarios.js'

maintenanceScenarios('SQL (PostgreSQL)', () => sharedLake(required('PHLO_TEST_POSTGRES_URL')))
