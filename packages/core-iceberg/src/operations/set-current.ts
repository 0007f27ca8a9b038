export {setCurrent as default} from '@phlo/iceberg'
