import {Flags} from '@oclif/core'
import {refFlag, writeFlags} from '@phlo/core/command'
import {computePartitionStats} from '@phlo/iceberg'
import {tableArg} from '../../arguments.js'
import {IcebergCommand} from '../../iceberg-command.js'
import {defined} from '../../optimize-flags.js'
import {computePartitionStatsView} from '../../views/compute-partition-stats.js'

export default class TableComputePartitionStats extends IcebergCommand<unknown> {
  static override summary = 'Counts rows, files and deletes of each partition, for engines that plan by them.'
  static override description =
    `Writes a partition statistics file that the metadata names, as Spark’s compute_partition_stats does: on from the statistics of the nearest ancestor that has some, else from all manifests. No data file is read, and no snapshot is made.

A snapshot that has them already is left alone, unless --force is given, which also counts everything anew.`
  static override examples = [
    '<%= config.bin %> table compute-partition-stats sales.orders',
    '<%= config.bin %> table compute-partition-stats sales.orders --snapshot-id 8744736658442914487 --json',
  ]
  static override args = {table: tableArg}
  static override flags = {
    ...writeFlags,
    ref: refFlag,
    'snapshot-id': Flags.string({summary: 'of this snapshot; default: the head of main, or of --ref', helpValue: '<id>'}),
    force: Flags.boolean({summary: 'count everything anew'}),
  }

  async run() {
    const {args, flags} = await this.parse(TableComputePartitionStats)
    const options = defined({snapshotId: flags['snapshot-id'], force: flags.force || undefined})
    return this.runOperation(computePartitionStats, args.table, options, computePartitionStatsView)
  }
}
