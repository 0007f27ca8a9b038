export {upgrade as default} from '@phlo/iceberg'
