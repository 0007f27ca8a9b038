export {fastForward as default} from '@phlo/iceberg'
