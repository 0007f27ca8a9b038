export {append as default} from '@phlo/iceberg'
