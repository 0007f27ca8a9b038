import {javaPrograms} from '../lib/java-programs.mjs'

/** The judge in Java: small programs on Iceberg's own jars, which Maven brings. */
export const name = 'java'

const PROGRAMS = ['Judge', 'Deleted', 'Staged', 'Typed', 'Statistics', 'Fingerprints', 'Sorted', 'Vectors', 'Schemas']

const classpath = javaPrograms('java', 'run Iceberg’s own library', 'java', PROGRAMS)

export async function install() {
  await classpath()
}

export async function start() {
  return {env: {PHLO_TEST_JAVA_CLASSPATH: await classpath()}, stop: async () => {}}
}
