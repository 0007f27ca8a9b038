// Bundles a package of the workspace into its unpacked tarball. It is a program because Jest, in whose tests packages are packed too,
// gives native modules objects that they do not take for theirs.
import {bundlePackage} from './lib/bundle.mjs'

const [source, unpacked] = process.argv.slice(2)
await bundlePackage(source, unpacked)
