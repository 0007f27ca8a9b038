export {rewritePath as default} from '@phlo/iceberg'
