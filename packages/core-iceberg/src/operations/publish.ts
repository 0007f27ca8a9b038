export {publish as default} from '@phlo/iceberg'
