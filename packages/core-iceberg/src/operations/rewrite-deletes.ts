export {rewriteDeletes as default} from '@phlo/iceberg'
