import {javaPrograms} from '../lib/java-programs.mjs'

/** The parsers of Spark and Trino, out of their own jars, without the engines around them. */
export const name = 'sql-parsers'

const classpath = javaPrograms('sql-parsers', 'parse SQL as Spark and Trino do', 'sql', ['SqlParsers', 'SparkSql', 'TrinoSql'])

export async function install() {
  await classpath()
}

export async function start() {
  return {env: {PHLO_TEST_SQL_PARSERS: await classpath()}, stop: async () => {}}
}
