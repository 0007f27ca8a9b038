import {maintenanceScenarios} from '../../core-iceberg/test/support/maintenance-scenarios.js'
import {METASTORES} from './support/hive.js'
import {hiveShop} from './support/shop.js'

for (const {version, uri} of METASTORES) maintenanceScenarios(`Hive ${version}`, () => hiveShop(uri()))
