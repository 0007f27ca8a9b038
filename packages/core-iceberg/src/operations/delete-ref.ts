export {deleteRef as default} from '@phlo/iceberg'
