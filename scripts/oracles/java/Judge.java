import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.iceberg.variants.Variant;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;

/**
 * A judge on Iceberg's own library.
 *
 * <pre>
 * profile METADATA_JSON                                           every snapshot's rows and columns, as JSON
 * profile-table JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE        the same for a table of a JDBC catalog
 * create JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE VERSION FILES ROWS FORMAT   a table of every type, FILES files in commits of five;
 *                                                                 every second file is in FORMAT, each with another codec
 * create-deleted JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE VERSION FORMAT   a table with every kind of delete of format version 2 or 3
 * count JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE [COLUMN OP VALUE]...    rows under each condition, as JSON
 * write-old-lists FILE       a Parquet file whose lists have two levels, as Avro's users leave it
 * create-typed JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE FORMAT...        a table with the types and defaults of format version 3
 * create-staged JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE VERSION        a table with snapshots that were staged and not published
 * cherry-pick JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE SNAPSHOT...      picks snapshots, prints refusals as JSON
 * statistics JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE SNAPSHOT         the sketches of a statistics file beside its own, as JSON
 * partition-statistics JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE SNAPSHOT          the rows of a partition statistics file, as JSON
 * compute-partition-statistics JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE SNAPSHOT  those that Iceberg computes, as JSON
 * theta FILE...                                           sketches of byte strings, as JSON
 * fingerprints                                            digests of the columns of Parquet files, one request a line
 * refs JDBC_URI CATALOG WAREHOUSE NAMESPACE.TABLE         branches, tags, log and ancestors, as JSON
 * sorted ...                                              what Sorted says
 * vectors ...                                             what Vectors says
 * serve                                                   does what the lines of its input say, each the arguments as JSON
 * </pre>
 */
public final class Judge {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("serve")) {
      serve();
    } else {
      run(args);
    }
  }

  /** A line of output for each of input, which has the arguments as JSON: what the command prints, or the error that ended it. */
  private static void serve() throws IOException {
    ObjectMapper json = new ObjectMapper();
    PrintStream output = System.out;
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      Map<String, String> answer;
      try {
        run(json.readValue(line, String[].class));
        answer = Map.of("said", said.toString(StandardCharsets.UTF_8));
      } catch (Exception error) {
        answer = Map.of("error", error.toString());
      }
      output.println(json.writeValueAsString(answer));
    }
  }

  private static void run(String[] args) throws Exception {
    List<String> rest = List.of(args).subList(1, args.length);
    switch (args[0]) {
      case "profile" -> print(new BaseTable(new StaticTableOperations(args[1], new HadoopFileIO(new Configuration())), "table"));
      case "write-old-lists" -> writeOldLists(args[1]);
      case "theta" -> Statistics.printTheta(rest);
      case "fingerprints" -> Fingerprints.serve();
      case "sorted" -> Sorted.main(rest.toArray(String[]::new));
      case "vectors" -> Vectors.main(rest.toArray(String[]::new));
      default -> {
        try (JdbcCatalog catalog = catalog(args[1], args[2], args[3])) {
          runOn(catalog, TableIdentifier.parse(args[4]), args[0], List.of(args).subList(5, args.length));
        }
      }
    }
  }

  private static void runOn(JdbcCatalog catalog, TableIdentifier name, String command, List<String> args) throws IOException {
    switch (command) {
      case "profile-table" -> print(catalog.loadTable(name));
      case "create" -> create(catalog, name, Integer.parseInt(args.get(0)), Integer.parseInt(args.get(1)), Integer.parseInt(args.get(2)),
          FileFormat.fromString(args.get(3)));
      case "create-deleted" -> Deleted.create(catalog, name, Integer.parseInt(args.get(0)), FileFormat.fromString(args.get(1)));
      case "count" -> count(catalog.loadTable(name), args);
      case "create-typed" -> Typed.create(catalog, name, args);
      case "create-staged" -> Staged.create(catalog, name, Integer.parseInt(args.get(0)));
      case "cherry-pick" -> Staged.pick(catalog.loadTable(name), args);
      case "statistics" -> Statistics.print(catalog.loadTable(name), Long.parseLong(args.get(0)));
      case "partition-statistics" -> Statistics.printPartitions(catalog.loadTable(name), Long.parseLong(args.get(0)));
      case "compute-partition-statistics" -> Statistics.computePartitions(catalog.loadTable(name), Long.parseLong(args.get(0)));
      case "refs" -> Staged.printRefs(catalog.loadTable(name));
      default -> throw new IllegalArgumentException("unknown command " + command);
    }
  }

  private static JdbcCatalog catalog(String uri, String name, String warehouse) {
    JdbcCatalog catalog = new JdbcCatalog();
    catalog.setConf(new Configuration());
    catalog.initialize(name, Map.of("uri", uri, "warehouse", warehouse, "jdbc.schema-version", "V1"));
    return catalog;
  }

  private static void print(Table table) throws IOException {
    StringBuilder json = new StringBuilder("{");
    String separator = "";
    for (Snapshot snapshot : table.snapshots()) {
      json.append(separator).append('"').append(snapshot.snapshotId()).append("\":").append(profile(table, snapshot.snapshotId()));
      separator = ",";
    }
    System.out.println(json.append("}"));
  }

  private static void writeOldLists(String file) throws IOException {
    org.apache.avro.Schema schema = org.apache.avro.SchemaBuilder.record("rows").fields()
        .requiredLong("id")
        .name("tags").type().nullable().array().items().stringType().noDefault()
        .name("places").type().nullable().array().items().record("place").fields()
            .optionalInt("zip").optionalString("city").endRecord().noDefault()
        .endRecord();
    org.apache.avro.Schema place = schema.getField("places").schema().getTypes().get(0).getElementType();
    try (ParquetWriter<org.apache.avro.generic.GenericRecord> writer = AvroParquetWriter
        .<org.apache.avro.generic.GenericRecord>builder(new Path(file)).withSchema(schema).build()) {
      for (long id = 0; id < 20; id++) {
        GenericRecordBuilder record = new GenericRecordBuilder(schema).set("id", id).set("tags", null).set("places", null);
        if (id % 3 != 0) {
          record.set("tags", List.of("a" + id, "b").subList(0, (int) (id % 3)));
        }
        if (id % 4 != 0) {
          List<Object> places = new ArrayList<>();
          for (int at = 1; at < id % 4; at++) {
            places.add(new GenericRecordBuilder(place).set("zip", at == 2 ? null : (int) id).set("city", "c" + at).build());
          }
          record.set("places", places);
        }
        writer.write(record.build());
      }
    }
  }

  private static final List<Type.TypeID> NUMBERS =
      List.of(Type.TypeID.INTEGER, Type.TypeID.LONG, Type.TypeID.FLOAT, Type.TypeID.DOUBLE);

  private static void count(Table table, List<String> conditions) throws IOException {
    List<Long> counts = new ArrayList<>();
    for (int at = 0; at < conditions.size(); at += 3) {
      String column = conditions.get(at);
      Type type = table.schema().findType(column);
      // Text is bound to every other type but numbers.
      boolean isNumber = NUMBERS.contains(type.typeId());
      Object value = isNumber ? Conversions.fromPartitionString(type, conditions.get(at + 2)) : conditions.get(at + 2);
      // A null is less than everything to the library, unless statistics rule its file out.
      Expression filter = Expressions.and(
          Expressions.notNull(column), Expressions.predicate(Expression.Operation.valueOf(conditions.get(at + 1)), column, value));
      long rows = 0;
      try (CloseableIterable<Record> records = IcebergGenerics.read(table).where(filter).select(column).build()) {
        for (Record ignored : records) {
          rows++;
        }
      }
      counts.add(rows);
    }
    System.out.println(counts);
  }

  private static String profile(Table table, long snapshotId) throws IOException {
    Map<String, Column> columns = new LinkedHashMap<>();
    long rows = 0;
    Schema schema = SnapshotUtil.schemaFor(table, snapshotId);
    boolean hasLineage = TableUtil.formatVersion(table) > 2;
    Schema wanted = hasLineage
        ? TypeUtil.join(schema, new Schema(MetadataColumns.ROW_ID, MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER))
        : schema;
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).useSnapshot(snapshotId).project(wanted).build()) {
      for (Record record : records) {
        rows++;
        visit("", wanted.asStruct(), record, columns);
      }
    }
    StringBuilder json = new StringBuilder("{\"rows\":" + rows + ",\"columns\":{");
    String separator = "";
    for (Map.Entry<String, Column> column : columns.entrySet()) {
      json.append(separator).append('"').append(column.getKey()).append("\":").append(column.getValue());
      separator = ",";
    }
    return json.append("}}").toString();
  }

  private static void visit(String prefix, Types.StructType struct, Record record, Map<String, Column> columns) {
    for (Types.NestedField field : struct.fields()) {
      String name = prefix + field.name();
      Object value = record.getField(field.name());
      Column column = columns.computeIfAbsent(name, key -> new Column());
      if (value == null) {
        column.nulls++;
      } else if (field.type().isStructType()) {
        visit(name + ".", field.type().asStructType(), (Record) value, columns);
      } else {
        column.add(field.type(), value);
      }
    }
  }

  /** Nulls, NaNs and the exact sum of what the values measure. */
  private static final class Column {
    private long nulls;
    private long nans;
    private BigDecimal sum = BigDecimal.ZERO;

    void add(Type type, Object value) {
      if (value instanceof Float f ? f.isNaN() : value instanceof Double d && d.isNaN()) {
        nans++;
      } else {
        sum = sum.add(measure(type, value));
      }
    }

    @Override
    public String toString() {
      return "{\"nulls\":" + nulls + ",\"nans\":" + nans + ",\"sum\":\"" + sum.stripTrailingZeros().toPlainString() + "\"}";
    }
  }

  private static BigDecimal measure(Type type, Object value) {
    if (value instanceof Boolean b) {
      return b ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (value instanceof Integer i) {
      return BigDecimal.valueOf(i);
    }
    if (value instanceof Long l) {
      return BigDecimal.valueOf(l);
    }
    if (value instanceof Float f) {
      return new BigDecimal((double) f);
    }
    if (value instanceof Double d) {
      return new BigDecimal(d);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    if (value instanceof CharSequence text) {
      return BigDecimal.valueOf(text.toString().getBytes(StandardCharsets.UTF_8).length);
    }
    if (value instanceof LocalDate date) {
      return BigDecimal.valueOf(date.toEpochDay());
    }
    if (value instanceof LocalTime time) {
      return BigDecimal.valueOf(time.toNanoOfDay() / 1000);
    }
    if (value instanceof LocalDateTime time) {
      return micros(time.atOffset(ZoneOffset.UTC));
    }
    if (value instanceof OffsetDateTime time) {
      return micros(time);
    }
    if (value instanceof UUID uuid) {
      return bytes(ByteBuffer.allocate(16).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits()).array());
    }
    if (value instanceof byte[] fixed) {
      return bytes(fixed);
    }
    if (value instanceof ByteBuffer binary) {
      return bytes(binary.array());
    }
    if (value instanceof List<?> list) {
      return all(type.asListType().elementType(), list);
    }
    if (value instanceof Map<?, ?> map) {
      return all(type.asMapType().valueType(), map.values());
    }
    if (value instanceof Record record) {
      BigDecimal sum = BigDecimal.ZERO;
      for (Types.NestedField field : type.asStructType().fields()) {
        Object inner = record.getField(field.name());
        sum = inner == null ? sum : sum.add(BigDecimal.ONE).add(measure(field.type(), inner));
      }
      return sum;
    }
    if (value instanceof Variant variant) {
      return Typed.measure(variant);
    }
    throw new IllegalArgumentException("no measure for " + type + ": " + value.getClass());
  }

  /** How many values there are; of nested ones also what they measure. The other judges count alike. */
  private static BigDecimal all(Type type, Collection<?> values) {
    BigDecimal sum = BigDecimal.valueOf(values.size());
    for (Object value : values) {
      sum = value == null || type.isPrimitiveType() ? sum : sum.add(measure(type, value));
    }
    return sum;
  }

  private static BigDecimal micros(OffsetDateTime time) {
    return BigDecimal.valueOf(time.toEpochSecond()).add(BigDecimal.valueOf(time.getNano(), 9)).movePointRight(6);
  }

  private static BigDecimal bytes(byte[] value) {
    long sum = 0;
    for (byte b : value) {
      sum += b & 0xff;
    }
    return BigDecimal.valueOf(sum);
  }

  private static final Schema EVERY_TYPE = new Schema(
      Types.NestedField.required(1, "id", Types.LongType.get()),
      Types.NestedField.optional(2, "flag", Types.BooleanType.get()),
      Types.NestedField.optional(3, "small", Types.IntegerType.get()),
      Types.NestedField.optional(4, "ratio", Types.FloatType.get()),
      Types.NestedField.optional(5, "amount", Types.DoubleType.get()),
      Types.NestedField.optional(6, "price", Types.DecimalType.of(9, 2)),
      Types.NestedField.optional(7, "balance", Types.DecimalType.of(18, 4)),
      Types.NestedField.optional(8, "huge", Types.DecimalType.of(38, 10)),
      Types.NestedField.optional(9, "day", Types.DateType.get()),
      Types.NestedField.optional(10, "clock", Types.TimeType.get()),
      Types.NestedField.optional(11, "at", Types.TimestampType.withoutZone()),
      Types.NestedField.optional(12, "instant", Types.TimestampType.withZone()),
      Types.NestedField.optional(13, "name", Types.StringType.get()),
      Types.NestedField.optional(14, "key", Types.UUIDType.get()),
      Types.NestedField.optional(15, "hash", Types.FixedType.ofLength(4)),
      Types.NestedField.optional(16, "blob", Types.BinaryType.get()),
      Types.NestedField.optional(17, "place", Types.StructType.of(
          Types.NestedField.optional(18, "city", Types.StringType.get()),
          Types.NestedField.optional(19, "zip", Types.IntegerType.get()))),
      Types.NestedField.optional(20, "tags", Types.ListType.ofOptional(21, Types.StringType.get())),
      Types.NestedField.optional(22, "counts", Types.MapType.ofOptional(23, 24, Types.StringType.get(), Types.LongType.get())));

  private static void create(JdbcCatalog catalog, TableIdentifier name, int version, int files, int rows, FileFormat format)
      throws IOException {
    if (!catalog.namespaceExists(name.namespace())) {
      catalog.createNamespace(name.namespace());
    }
    PartitionSpec spec = PartitionSpec.builderFor(EVERY_TYPE).month("at").bucket("id", 2).build();
    Table table = catalog.createTable(name, EVERY_TYPE, spec, Map.of("format-version", String.valueOf(version)));
    long id = 0;
    int written = 0;
    for (int commit = 0; commit * 5 < files; commit++) {
      AppendFiles append = table.newAppend();
      for (int file = commit * 5; file < Math.min(files, commit * 5 + 5); file++) {
        Map<PartitionKey, List<Record>> partitions = new LinkedHashMap<>();
        for (int row = 0; row < rows; row++, id++) {
          Record record = record(table.schema(), id);
          PartitionKey key = new PartitionKey(table.spec(), table.schema());
          key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(record));
          partitions.computeIfAbsent(key.copy(), ignored -> new ArrayList<>()).add(record);
        }
        for (Map.Entry<PartitionKey, List<Record>> partition : partitions.entrySet()) {
          append.appendFile(write(table, partition.getKey(), partition.getValue(), written++ % 2 == 0 ? FileFormat.PARQUET : format));
        }
      }
      append.commit();
    }
  }

  private static Record record(Schema schema, long id) {
    Record record = GenericRecord.create(schema);
    record.setField("id", id);
    if (id % 7 == 3) {
      record.setField("at", LocalDateTime.of(2024, 1, 15, 0, 0));
      return record;
    }
    record.setField("flag", id % 2 == 0);
    record.setField("small", (int) (id * 31 % 100_003) - 50_000);
    record.setField("ratio", id % 11 == 0 ? Float.NaN : id / 8f);
    record.setField("amount", id % 13 == 0 ? -0.0 : id * 1.25 - 1000);
    record.setField("price", BigDecimal.valueOf(id * 17 % 1_000_000 - 500_000, 2));
    record.setField("balance", BigDecimal.valueOf(id * 7919 - 5_000_000, 4));
    record.setField("huge", new BigDecimal("-1234567890123456789.0123456789").add(BigDecimal.valueOf(id)).setScale(10));
    record.setField("day", LocalDate.of(1969, 6, 1).plusDays(id % 400));
    record.setField("clock", LocalTime.ofNanoOfDay(id * 1_000_003_000L % 86_400_000_000_000L / 1000 * 1000));
    record.setField("at", LocalDateTime.of(2024, 1, 1, 0, 0).plusHours(id % 1400).plus(id, ChronoUnit.MICROS));
    record.setField("instant", OffsetDateTime.of(2023, 5, 1, 0, 0, 0, 0, ZoneOffset.UTC).plusMinutes(id));
    record.setField("name", id % 5 == 0 ? "käse-\uD83D\uDE80-" + id : "a rather long name that is cut off " + id % 50);
    record.setField("key", new UUID(id * 0x9E3779B97F4A7C15L, -id));
    record.setField("hash", new byte[] {(byte) id, (byte) (id >> 8), (byte) 0xff, 0});
    record.setField("blob", ByteBuffer.wrap(("blob" + id % 9).getBytes(StandardCharsets.UTF_8)));
    Record place = GenericRecord.create(schema.findType("place").asStructType());
    place.setField("city", id % 3 == 0 ? null : "city " + id % 20);
    place.setField("zip", (int) (id % 1000));
    record.setField("place", id % 17 == 0 ? null : place);
    List<String> tags = new ArrayList<>();
    for (int tag = 0; tag < id % 4; tag++) {
      tags.add(tag == 2 ? null : "tag" + tag);
    }
    record.setField("tags", tags);
    record.setField("counts", id % 19 == 0 ? null : Map.of("k" + id % 3, id));
    return record;
  }

  private static final List<String> CODECS = List.of("gzip", "snappy", "zstd", "uncompressed");
  private static int codec = 0;

  private static DataFile write(Table table, PartitionKey partition, List<Record> records, FileFormat format) throws IOException {
    String path = table.locationProvider().newDataLocation(table.spec(), partition, format.addExtension(UUID.randomUUID().toString()));
    GenericAppenderFactory factory = new GenericAppenderFactory(table.schema(), table.spec());
    if (format == FileFormat.AVRO) {
      factory.set(TableProperties.AVRO_COMPRESSION, CODECS.get(codec++ % CODECS.size()));
    }
    DataWriter<Record> writer = factory.newDataWriter(
        table.encryption().encrypt(table.io().newOutputFile(path)), format, partition);
    try (writer) {
      writer.write(records);
    }
    return writer.toDataFile();
  }
}
