export {vacuum as default} from '@phlo/iceberg'
