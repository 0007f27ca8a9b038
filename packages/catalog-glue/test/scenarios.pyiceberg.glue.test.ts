import {maintenanceScenarios} from '../../core-iceberg/test/support/maintenance-scenarios.js'
import {glueLake} from './support/glue.js'

maintenanceScenarios('AWS Glue (moto)', () => glueLake())
