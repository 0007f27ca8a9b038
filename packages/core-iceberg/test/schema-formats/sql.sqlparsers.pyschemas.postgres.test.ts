import {afterAll, describe, expect, test} from '@jest/globals'
import {type SchemaFormatUnderTest, testSchemaFormat, type UnderstoodTable} from '@phlo/testing'
import {required} from '../../../iceberg/test/support/required.js'
import sql from '../../src/schema-formats/sql/index.js'
import {pythonSchemas} from './support/python-schemas.js'
import {sqlParsers} from './support/sql-parsers.js'

const [parsers, python] = [sqlParsers(), pythonSchemas()]
afterAll(() => Promise.all([parsers.close(), python.close()]))

const url = required('PHLO_TEST_POSTGRES_URL')
const tables =
  (tool: string, options = {}) =>
  (content: string | Uint8Array) =>
    python.read<readonly UnderstoodTable[]>(tool, content, options)

/** DuckDB and PostgreSQL run the statements; Spark's own parser and Trino's take them; of Snowflake and BigQuery no engine can be had, and sqlglot parses. */
const judges: Readonly<Record<string, SchemaFormatUnderTest['judge']>> = {
  spark: (content) => parsers.read('spark', String(content)),
  trino: (content) => parsers.read('trino', String(content)),
  duckdb: tables('duckdb_sql'),
  postgres: tables('postgres_sql', {url}),
  snowflake: tables('parsed_sql', {dialect: 'snowflake'}),
  bigquery: tables('parsed_sql', {dialect: 'bigquery'}),
}

for (const [variant, judge] of Object.entries(judges)) {
  const cases = await testSchemaFormat({format: sql, variant, ...(judge && {judge}), hasComments: true, runs: 40})
  describe(`schema format sql (${variant})`, () => {
    for (const {name, run} of cases) test(name, run)
  })
}

describe('SQL of people', () => {
  const read = async (text: string, variant?: string) => sql.read?.(Buffer.from(text), 'orders.sql', variant === undefined ? {} : {variant})
  const columns = async (text: string) =>
    ((await read(text)) ?? []).flatMap(({schema}) => schema.fields.map(({name, type, required}) => [name, type, required]))

  test.each([
    ['spark', 'create table t (a timestamp, b array<tinyint>) partitioned by (dt string)', ['a', 'b', 'dt'], 'timestamptz'],
    ['bigquery', 'CREATE TABLE `p.d.t` (a DATETIME, b ARRAY<STRUCT<x INT64>>) PARTITION BY DATE(a)', ['a', 'b'], 'timestamp'],
    [
      'trino',
      "CREATE TABLE t (a timestamp(6), b array(row(x varbinary))) WITH (partitioning = ARRAY['month(a)'])",
      ['a', 'b'],
      'timestamp',
    ],
    [
      'snowflake',
      'CREATE OR REPLACE TRANSIENT TABLE t (a TIMESTAMP_NTZ, b VARIANT, c NUMBER) CLUSTER BY (a)',
      ['a', 'b', 'c'],
      'timestamp',
    ],
    ['postgres', 'CREATE TABLE t (a timestamptz, b jsonb[], c bigserial PRIMARY KEY)', ['a', 'b', 'c'], 'timestamptz'],
    ['duckdb', 'CREATE TABLE t (a TIMESTAMP_NS, b STRUCT(x HUGEINT)[])', ['a', 'b'], 'timestamp_ns'],
  ])('of %s is known for what it is: %s', async (_, text, names, type) => {
    const found = await columns(text)
    expect(found.map(([name]) => name)).toEqual(names)
    expect(found[0]?.[1]).toBe(type)
  })

  test('what pg_dump writes is read', async () => {
    const [table] =
      (await read(`
-- PostgreSQL database dump
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TYPE sales.place AS (
	city text,
	zip character varying(8)
);
ALTER TYPE sales.place OWNER TO ada;
CREATE TABLE sales.orders (
    id bigint NOT NULL,
    amount numeric(9,2) DEFAULT 0.00 NOT NULL,
    "At" timestamp without time zone DEFAULT now(),
    state text DEFAULT 'new; or old'::text COLLATE "C",
    ship_to sales.place,
    tags text[],
    CONSTRAINT positive CHECK ((amount >= (0)::numeric))
);
ALTER TABLE sales.orders OWNER TO ada;
COMMENT ON TABLE sales.orders IS 'what was sold';
COMMENT ON COLUMN sales.orders."At" IS 'it''s when';
ALTER TABLE ONLY sales.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX orders_at ON sales.orders USING btree ("At");
`)) ?? []
    expect(table).toEqual({
      name: ['sales', 'orders'],
      doc: 'what was sold',
      hasIds: false,
      schema: {
        ...{type: 'struct', 'schema-id': 0, 'identifier-field-ids': [1]},
        fields: [
          {id: 1, name: 'id', type: 'long', required: true},
          {id: 2, name: 'amount', type: 'decimal(9,2)', required: true, 'initial-default': '0.00', 'write-default': '0.00'},
          {id: 3, name: 'At', type: 'timestamp', required: false, doc: "it's when"},
          {id: 4, name: 'state', type: 'string', required: false, 'initial-default': 'new; or old', 'write-default': 'new; or old'},
          {
            ...{id: 5, name: 'ship_to', required: false},
            type: {
              type: 'struct',
              fields: [
                {id: 7, name: 'city', type: 'string', required: false},
                {id: 8, name: 'zip', type: 'string', required: false},
              ],
            },
          },
          {id: 6, name: 'tags', required: false, type: {type: 'list', 'element-id': 9, element: 'string', 'element-required': false}},
        ],
      },
      losses: [
        {column: ['At'], what: 'the default now() is left out'},
        {column: ['state'], what: 'COLLATE C is left out'},
        {what: 'CHECK((amount > =(0):: numeric)) is left out'},
      ],
    })
  })

  test.each([
    ['CREATE TABLE t (a BIGNT)', 'line 1: column a has type BIGNT, which spark does not have (did you mean BIGINT?)', 'spark'],
    ['CREATE TABLE t (\n  a INT,\n  b STRUCT<x: INT\n)', 'line 4 has ")" where > was expected', 'spark'],
    ['CREATE TABLE t AS SELECT 1', 'it does not tell the columns of t', undefined],
    ["CREATE TABLE t (a INT COMMENT 'x)", "what begins with ' in line 1 does not end", undefined],
    ['CREATE TABLE t (a INT, a INT)', 'the name "a" is there twice', undefined],
    ['SELECT 1', 'it creates no table', undefined],
    ['CREATE TABLE t (a INT, PRIMARY KEY (b))', 't has no column b', undefined],
  ])('is refused where it is wrong: %j', async (text, why, variant) => {
    await expect(read(text, variant)).rejects.toThrow(`No schema can be read from orders.sql: ${why}.`)
  })
})
