export {drop as default} from '@phlo/iceberg'
