export {rollback as default} from '@phlo/iceberg'
