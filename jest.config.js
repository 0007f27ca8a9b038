const packages = ['core', 'state', 'iceberg', 'core-iceberg', 'cli', 'testing']

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
  testTimeout: Number(process.env.PHLO_TEST_TIMEOUT ?? 600_000),
  projects: [
    ...packages.map((name) => ({
      ...shared,
      displayName: name,
      rootDir: `packages/${name}`,
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      moduleNameMapper: {
        '^(\\.{1,2}/.*)\\.js$': '$1',
        '^@phlo/([^/]+)$': '<rootDir>/../$1/src/index.ts',
        '^@phlo/([^/]+)/(.+)$': '<rootDir>/../$1/src/$2',
      },
    })),
    {...shared, displayName: 'workspace', setupFiles: [], testMatch: ['<rootDir>/scripts/test/**/*.test.ts']},
  ],
}
