const packages = ['core', 'state', 'iceberg', 'core-iceberg', 'cli', 'testing']

export default {
  projects: packages.map((name) => ({
    displayName: name,
    rootDir: `packages/${name}`,
    testEnvironment: 'node',
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    setupFiles: ['<rootDir>/../../jest.setup.js'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '^.+\\.ts$': ['@swc/jest', {jsc: {target: 'es2024', parser: {syntax: 'typescript'}}, module: {type: 'es6'}, sourceMaps: 'inline'}],
    },
    moduleNameMapper: {
      '^(\\.{1,2}/.*)\\.js$': '$1',
      '^@phlo/([^/]+)$': '<rootDir>/../$1/src/index.ts',
      '^@phlo/([^/]+)/(.+)$': '<rootDir>/../$1/src/$2',
    },
  })),
}
