import {s3FileIO} from '@phlo/iceberg'
import provider from '../dist/provider.js'

/** The catalog as the host opens it, in the process of the suite and in the others that it starts. */
export const open = (properties) =>
  provider.open('lake', properties, {fileIO: async () => s3FileIO(properties), signal: new AbortController().signal})
