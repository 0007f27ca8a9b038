import {sharedLake} from '../support/judged.js'
import {maintenanceScenarios} from '../support/maintenance-scenarios.js'

maintenanceScenarios('SQL (SQLite)', () => sharedLake())
