export {createRef as default} from '@phlo/iceberg'
