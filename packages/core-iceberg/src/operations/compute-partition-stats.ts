export {computePartitionStats as default} from '@phlo/iceberg'
