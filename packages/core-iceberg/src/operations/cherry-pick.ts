export {cherryPick as default} from '@phlo/iceberg'
