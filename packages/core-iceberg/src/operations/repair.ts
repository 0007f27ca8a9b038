export {repair as default} from '@phlo/iceberg'
