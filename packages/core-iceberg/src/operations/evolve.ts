export {evolve as default} from '@phlo/iceberg'
