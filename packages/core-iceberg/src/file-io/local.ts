import type {FileIOProvider} from '@phlo/core'
import {localFileIO} from '@phlo/iceberg'

const provider: FileIOProvider = {$type: '@phlo/file-io', contract: 1, schemes: ['file'], open: async () => localFileIO()}

export default provider
