export {computeStats as default} from '@phlo/iceberg'
