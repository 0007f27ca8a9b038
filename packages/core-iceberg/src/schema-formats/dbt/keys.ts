/** Keys that dbt has for tables, models and the like: of these a misspelt one is known. */
export const TABLE_KEYS = [
  ...['name', 'description', 'identifier', 'columns', 'meta', 'config', 'data_tests', 'tests', 'tags', 'quoting', 'external', 'freshness'],
  ...['loaded_at_field', 'loaded_at_query', 'loader', 'docs', 'constraints', 'access', 'group', 'latest_version', 'versions'],
  ...['deprecation_date', 'time_spine', 'primary_entity', 'agg_time_dimension', 'relation', 'strategy', 'metrics', 'semantic_model'],
]

/** The same of columns. */
export const COLUMN_KEYS = [
  ...['name', 'description', 'data_type', 'meta', 'config', 'data_tests', 'tests', 'tags', 'quote', 'constraints', 'policy_tags'],
  ...['granularity', 'entity', 'dimension', 'doc_blocks'],
]
