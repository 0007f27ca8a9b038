import {join} from 'node:path'
import {javaArguments} from '../../support/judges.js'
import {required} from '../../support/required.js'
import {type Judge, startJudge} from '../../support/standing-judge.js'

/** The programs that make the cases and read what comes of them. */
export interface Judges {
  readonly arrow: Judge
  readonly duckdb: Judge
  readonly java: Judge
}

/** Starts all of them. */
export function startJudges(): Judges {
  const python = (file: string) => [join(import.meta.dirname, file)]
  const [arrow, duckdb] = [required('PHLO_TEST_PYICEBERG'), required('PHLO_TEST_DUCKDB')]
  return {
    arrow: startJudge('PyArrow', arrow, python('with_arrow.py')),
    duckdb: startJudge('DuckDB', duckdb, python('with_duckdb.py')),
    java: startJudge('Iceberg’s Java library', 'java', javaArguments('Judge', 'fingerprints')),
  }
}
