import type {FileIOProvider} from '@phlo/core'
import {S3_SCHEMES, s3FileIO} from '@phlo/iceberg'

const provider: FileIOProvider = {
  $type: '@phlo/file-io',
  contract: 1,
  schemes: S3_SCHEMES,
  open: async (properties) => s3FileIO(properties),
}

export default provider
