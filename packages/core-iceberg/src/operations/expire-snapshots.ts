export {expireSnapshots as default} from '@phlo/iceberg'
