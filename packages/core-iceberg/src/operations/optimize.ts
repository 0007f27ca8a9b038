export {optimize as default} from '@phlo/iceberg'
