export {type IcebergLakehouse, icebergLakehouse} from '@phlo/iceberg'
