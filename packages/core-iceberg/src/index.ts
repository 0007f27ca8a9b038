export {type IcebergLakehouse, icebergLakehouse} from './lakehouse.js'
