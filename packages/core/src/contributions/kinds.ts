import type {AccessControlProvider} from '../access-control.js'
import type {AlertChannel} from '../alert-channel.js'
import type {AuditLogger} from '../audit.js'
import type {CatalogMigration} from '../catalog-migration.js'
import type {CatalogProvider} from '../catalog-provider.js'
import type {ExecutionEngine} from '../execution-engine.js'
import type {FileIOProvider} from '../file-io.js'
import type {MetadataCollector, ObservabilityProvider} from '../observability.js'
import type {OperationPlan, OperationResult, TableOperation} from '../operation.js'
import type {QualityCheck} from '../quality-check.js'
import type {SchemaFormat} from '../schema-format.js'
import type {SchemaDependents} from '../schema-manager.js'

/** The contract that this version of Phlo speaks. A plugin that is written for a later one is left alone, with a warning. */
export const CONTRACT = 1

/** What a plugin can contribute, by the key under `"phlo"` in its package.json, and what that module's default export is. */
export interface ContributionKinds {
  /** By catalog type: `sql`, `rest`, `nessie`. */
  readonly catalogs: CatalogProvider
  /** By URI scheme: `file`, `s3`. */
  readonly fileIO: FileIOProvider
  readonly engines: ExecutionEngine
  readonly checks: QualityCheck
  readonly alerts: AlertChannel
  readonly accessControl: AccessControlProvider
  readonly audit: AuditLogger
  readonly observability: ObservabilityProvider
  readonly operations: TableOperation<unknown, OperationPlan, OperationResult>
  readonly collectors: MetadataCollector
  readonly migrations: CatalogMigration
  /** By the name that `--format` takes: `sql`, `avro`. */
  readonly schemaFormats: SchemaFormat
  readonly schemaDependents: SchemaDependents
}

export type ContributionKind = keyof ContributionKinds

/** The tag by which each kind is recognised, whichever copy of this package made the value. */
export const CONTRIBUTION_TAGS: {readonly [Kind in ContributionKind]: ContributionKinds[Kind]['$type']} = {
  catalogs: '@phlo/catalog',
  fileIO: '@phlo/file-io',
  engines: '@phlo/engine',
  checks: '@phlo/quality-check',
  alerts: '@phlo/alert-channel',
  accessControl: '@phlo/access-control',
  audit: '@phlo/audit',
  observability: '@phlo/observability',
  operations: '@phlo/operation',
  collectors: '@phlo/metadata-collector',
  migrations: '@phlo/migration',
  schemaFormats: '@phlo/schema-format',
  schemaDependents: '@phlo/schema-dependents',
}

export function isContributionKind(key: string): key is ContributionKind {
  return Object.hasOwn(CONTRIBUTION_TAGS, key)
}
