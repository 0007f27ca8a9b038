/** The package that brings each group of commands, for when it is not installed. */
export const PACKAGES_BY_GROUP: Readonly<Record<string, string>> = {
  table: '@phlo/core-iceberg',
  snapshot: '@phlo/core-iceberg',
  schema: '@phlo/core-iceberg',
  namespace: '@phlo/core-iceberg',
  catalog: '@phlo/core-iceberg',
  maintenance: '@phlo/core-iceberg',
  branch: '@phlo/core-nessie',
  tag: '@phlo/core-nessie',
  access: '@phlo/security',
  quality: '@phlo/quality',
  metrics: '@phlo/metrics',
  migrate: '@phlo/migration',
}
