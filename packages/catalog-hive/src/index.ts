export {type HiveServices, openHive} from './open.js'
