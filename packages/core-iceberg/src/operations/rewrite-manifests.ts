export {rewriteManifests as default} from '@phlo/iceberg'
