export {type HostOptions, runHost} from './host.js'
