export {addFiles as default} from '@phlo/iceberg'
