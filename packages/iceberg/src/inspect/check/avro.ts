import type {FileIO} from '@phlo/core'
import {avroRows} from '../../avro/data-rows.js'
import {rowSourceOf} from '../../parquet/file-rows.js'
import {combine, type LeafMetrics, measure} from '../../parquet/metrics.js'
import type {DataFile} from '../../spec/manifest.js'
import {isUnordered} from '../../spec/primitive-types.js'
import {error, type Finding} from './finding.js'
import {type FooterContext, isBeyond} from './footer.js'

/**
 * Reads an Avro file, which has no footer, to its end and checks its rows and columns against the manifest's entry.
 *
 * @throws PhloError `AVRO_CORRUPT`, `AVRO_UNSUPPORTED`, `NO_FIELD_IDS`
 */
export async function checkAvro(io: FileIO, entry: DataFile, context: FooterContext, signal: AbortSignal): Promise<Finding[]> {
  const {filePath: path, recordCount} = entry
  const leaves = [...context.leaves.values()]
  const measured = new Map<number, LeafMetrics>()
  const layout = {leaves, mapping: context.mapping, defaultOf: () => undefined}
  const findings: Finding[] = []
  let found = 0
  for await (const {rows, read} of avroRows(io, rowSourceOf(entry), layout)) {
    signal.throwIfAborted()
    found += rows
    for (const leaf of leaves) {
      const own = measure(read(leaf))
      const before = measured.get(leaf.fieldId)
      measured.set(leaf.fieldId, before ? combine(leaf.type, before, own) : own)
    }
  }
  if (found !== recordCount) findings.push(error('AVRO_ROWS', path, `${path} has ${found} rows, and its manifest says ${recordCount}.`))
  for (const leaf of leaves) {
    const metrics = measured.get(leaf.fieldId)
    const said = entry.nullValueCounts?.get(leaf.fieldId)
    if (!metrics || leaf.maxRepetitionLevel > 0) continue
    if (said !== undefined && metrics.nulls !== said) {
      findings.push(error('AVRO_COUNTS', path, `Column ${leaf.name} of ${path} has ${metrics.nulls} nulls, and its manifest says ${said}.`))
    }
    if (isUnordered(leaf.type)) continue
    const [lower, upper] = [entry.lowerBounds?.get(leaf.fieldId), entry.upperBounds?.get(leaf.fieldId)]
    if (isBeyond(leaf, metrics.lower, lower, -1) || isBeyond(leaf, metrics.upper, upper, 1)) {
      findings.push(
        error('AVRO_BOUNDS', path, `Column ${leaf.name} of ${path} has values outside of the bounds in its manifest: scans miss them.`),
      )
    }
  }
  return findings
}
