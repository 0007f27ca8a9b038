export {replaceRef as default} from '@phlo/iceberg'
