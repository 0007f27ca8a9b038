const packages = [
  'core',
  'state',
  'iceberg',
  'core-iceberg',
  'core-nessie',
  'catalog-glue',
  'catalog-hive',
  'engine-duckdb',
  'cli',
  'testing',
]

const shared = {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/../../jest.setup.js'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', {jsc: {target: 'es2024', parser: {syntax: 'typescript'}}, module: {type: 'es6'}, sourceMaps: 'inline'}],
  },
}

// The limit only ends what hangs; real servers and judges take their time on a busy machine.
export default {
  // Modules of suites that have ended stay in a worker's memory: one that has much is begun anew.
  workerIdleMemoryLimit: '1500MB',
  testTimeout: Number(process.env.PHLO_TEST_TIMEOUT ?? 600_000),
  projects: [
    ...packages.map((name) => ({
      ...shared,
      displayName: name,
      rootDir: `packages/${name}`,
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      moduleNameMapper: {
        // What runs on another thread or in another process is loaded by Node itself.
        '^\\./process-url\\.js$': '<rootDir>/../testing/dist/catalog/process-url.js',
        '^\\./thread-url\\.js$': '<rootDir>/../iceberg/dist/parquet/merge/thread-url.js',
        '^(\\.{1,2}/.*)\\.js$': '$1',
        '^@phlo/([^/]+)$': '<rootDir>/../$1/src/index.ts',
        '^@phlo/([^/]+)/(.+)$': '<rootDir>/../$1/src/$2',
      },
    })),
    {
      ...shared,
      displayName: 'workspace',
      setupFiles: [],
      testMatch: ['<rootDir>/scripts/test/**/*.test.ts'],
      moduleNameMapper: {'^(\\.{1,2}/.*)\\.js$': '$1'},
    },
  ],
}
