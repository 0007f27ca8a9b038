import {required} from '../../../iceberg/test/support/required.js'
import {sharedLake} from '../support/judged.js'
import {maintenanceScenarios} from '../support/maintenance-scenarios.js'

maintenanceScenarios('Iceberg’s REST server', () => sharedLake(required('PHLO_TEST_REST_URI')))
