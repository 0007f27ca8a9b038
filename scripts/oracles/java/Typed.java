import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.variants.ShreddedObject;
import org.apache.iceberg.variants.ValueArray;
import org.apache.iceberg.variants.Variant;
import org.apache.iceberg.variants.VariantArray;
import org.apache.iceberg.variants.VariantMetadata;
import org.apache.iceberg.variants.VariantObject;
import org.apache.iceberg.variants.VariantValue;
import org.apache.iceberg.variants.Variants;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Makes tables with the types of version 3: variants whole and shredded, nanoseconds, unknown columns, and then defaults. */
final class Typed {
  private static final Schema SCHEMA = new Schema(
      Types.NestedField.required(1, "id", Types.LongType.get()),
      Types.NestedField.optional(2, "nanos", Types.TimestampNanoType.withoutZone()),
      Types.NestedField.optional(3, "moment", Types.TimestampNanoType.withZone()),
      Types.NestedField.optional(4, "nothing", Types.UnknownType.get()),
      Types.NestedField.optional(5, "doc", Types.VariantType.get()),
      Types.NestedField.optional(6, "place", Types.StructType.of(
          Types.NestedField.optional(7, "city", Types.StringType.get()),
          Types.NestedField.optional(8, "note", Types.VariantType.get()))),
      Types.NestedField.optional(9, "lists", Types.ListType.ofOptional(10, Types.ListType.ofOptional(11, Types.IntegerType.get()))),
      Types.NestedField.optional(12, "byNumber", Types.MapType.ofOptional(13, 14, Types.IntegerType.get(), Types.StructType.of(
          Types.NestedField.optional(15, "text", Types.StringType.get())))));

  private static final VariantMetadata NAMES = Variants.metadata("a", "b", "deep", "tags", "z", "ä");

  private final Table table;
  private long next;

  private Typed(Table table) {
    this.table = table;
  }

  /** @param formats how each of the files is written: {@code parquet}, {@code shredded} or {@code avro} */
  static void create(Catalog catalog, TableIdentifier name, List<String> formats) throws IOException {
    Table table = catalog.createTable(name, SCHEMA, PartitionSpec.unpartitioned(), Map.of("format-version", "3"));
    Typed typed = new Typed(table);
    typed.append(formats);
    typed.addDefaults();
    typed.append(formats);
  }

  private void append(List<String> formats) throws IOException {
    AppendFiles append = table.newAppend();
    for (String format : formats) {
      append.appendFile(write(format));
    }
    append.commit();
  }

  /** Every type that can have a default, at the top and within a struct. */
  private void addDefaults() {
    UpdateSchema update = table.updateSchema()
        .addColumn("dBoolean", Types.BooleanType.get(), Literal.of(true))
        .addColumn("dInt", Types.IntegerType.get(), Literal.of(-7))
        .addColumn("dLong", Types.LongType.get(), Literal.of(Long.MAX_VALUE))
        .addColumn("dFloat", Types.FloatType.get(), Literal.of(0.1f))
        .addColumn("dDouble", Types.DoubleType.get(), Literal.of(0.1d))
        .addColumn("dDate", Types.DateType.get(), Literal.of("1969-12-31").to(Types.DateType.get()))
        .addColumn("dTime", Types.TimeType.get(), Literal.of("12:34:56.789012").to(Types.TimeType.get()))
        .addColumn("dTimestamp", Types.TimestampType.withoutZone(),
            Literal.of("1950-01-02T03:04:05.678901").to(Types.TimestampType.withoutZone()))
        .addColumn("dMoment", Types.TimestampType.withZone(),
            Literal.of("2050-01-02T03:04:05.678901+00:00").to(Types.TimestampType.withZone()))
        .addColumn("dNanos", Types.TimestampNanoType.withoutZone(),
            Literal.of("1950-01-02T03:04:05.678901234").to(Types.TimestampNanoType.withoutZone()))
        .addColumn("dMomentNanos", Types.TimestampNanoType.withZone(),
            Literal.of("2050-01-02T03:04:05.678901234+00:00").to(Types.TimestampNanoType.withZone()))
        .addColumn("dText", Types.StringType.get(), Literal.of("käse"))
        .addColumn("dKey", Types.UUIDType.get(), Literal.of(UUID.fromString("f79c3e09-677c-4bbd-a479-3f349cb785e7")))
        .addColumn("dFixed", Types.FixedType.ofLength(3), Literal.of(ByteBuffer.wrap(new byte[] {1, 2, -1})).to(Types.FixedType.ofLength(3)))
        .addColumn("dBinary", Types.BinaryType.get(), Literal.of(ByteBuffer.wrap(new byte[] {0, -1})))
        .addColumn("dSmall", Types.DecimalType.of(9, 2), Literal.of(new BigDecimal("-12.34")))
        .addColumn("dLarge", Types.DecimalType.of(38, 10), Literal.of(new BigDecimal("-1234567890123456789.0123456789")))
        .addRequiredColumn("dRequired", Types.DecimalType.of(18, 3), Literal.of(new BigDecimal("0.001")))
        .addColumn("place", "late", Types.IntegerType.get(), Literal.of(42));
    update.commit();
    table.refresh();
  }

  private DataFile write(String format) throws IOException {
    FileFormat own = format.equals("avro") ? FileFormat.AVRO : FileFormat.PARQUET;
    EncryptedOutputFile output = table.encryption().encrypt(
        table.io().newOutputFile(table.locationProvider().newDataLocation(own.addExtension(UUID.randomUUID().toString()))));
    DataWriter<Record> writer = format.equals("shredded")
        ? Parquet.writeData(output).forTable(table).createWriterFunc((schema, type) -> GenericParquetWriter.create(schema, type))
            .variantShreddingFunc((id, name) -> SHREDDED).withSpec(table.spec()).build()
        : new GenericAppenderFactory(table.schema(), table.spec()).newDataWriter(output, own, null);
    try (writer) {
      for (int row = 0; row < 60; row++, next++) {
        writer.write(record(next));
      }
    }
    return writer.toDataFile();
  }

  private Record record(long id) {
    Record record = GenericRecord.create(table.schema());
    record.setField("id", id);
    LocalDateTime time = LocalDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC).plus(id * 1_000_000_007L - 20_000_000_001L, ChronoUnit.NANOS);
    record.setField("nanos", id % 7 == 0 ? null : time);
    record.setField("moment", id % 9 == 0 ? null : time.atOffset(ZoneOffset.UTC));
    record.setField("doc", id % 10 == 0 ? null : Variant.of(NAMES, value((int) id)));
    Record place = GenericRecord.create(table.schema().findType("place").asStructType());
    place.setField("city", id % 3 == 0 ? null : "city " + id % 20);
    place.setField("note", id % 4 == 0 ? null : Variant.of(NAMES, value((int) id + 5)));
    record.setField("place", id % 11 == 0 ? null : place);
    Integer number = (int) id;
    record.setField("lists", id % 8 == 0 ? null : Arrays.asList(List.of(), null, Arrays.asList(1, null, number)).subList(0, (int) (id % 4)));
    Record text = GenericRecord.create(table.schema().findType("byNumber").asMapType().valueType().asStructType());
    text.setField("text", id % 5 == 0 ? null : "text " + id);
    record.setField("byNumber", id % 6 == 0 ? null : id % 6 == 1 ? Map.of() : Map.of(number, text));
    if (table.schema().findField("dRequired") != null) {
      record.setField("dRequired", new BigDecimal("5.000"));
      record.setField("dInt", id % 2 == 0 ? null : number);
    }
    return record;
  }

  /** Values of every type, objects that fit the shredded columns, fit in part, and do not at all. */
  private static VariantValue value(int id) {
    return switch (id % 29) {
      case 0 -> Variants.ofNull();
      case 1 -> Variants.of(true);
      case 2 -> Variants.of((byte) -id);
      case 3 -> Variants.of((short) (id * 100));
      case 4 -> Variants.of(id * 100_000);
      case 5 -> Variants.of(id * 10_000_000_000L);
      case 6 -> Variants.of(id / 3f);
      case 7 -> Variants.of(id / 3d);
      case 8 -> Variants.of(new BigDecimal("12.34"));
      case 9 -> Variants.of(new BigDecimal("-123456789012.345"));
      case 10 -> Variants.of(new BigDecimal("12345678901234567890.12345"));
      case 11 -> Variants.ofDate(id - 100);
      case 12 -> Variants.ofTimestamptz(id * 1_000_001L);
      case 13 -> Variants.ofTimestampntz(-id * 1_000_001L);
      case 14 -> Variants.ofTimestamptzNanos(id * 1_000_000_001L);
      case 15 -> Variants.ofTimestampntzNanos(-id * 1_000_000_001L);
      case 16 -> Variants.ofTime(id * 1_000_001L);
      case 17 -> Variants.ofUUID(new UUID(id, -id));
      case 18 -> Variants.of(ByteBuffer.wrap(new byte[] {1, (byte) id}));
      case 19 -> Variants.of("short " + id);
      case 20 -> Variants.of("long ".repeat(20) + id);
      case 21 -> array(Variants.of(1), Variants.of("two"), array(), object(Map.of("z", Variants.ofNull())));
      case 22 -> object(Map.of());
      case 23 -> object(Map.of("a", Variants.of(id), "b", Variants.of("b" + id)));
      case 24 -> object(Map.of("a", Variants.of("not a number"), "ä", Variants.of(2), "z", array(Variants.of(id))));
      case 25 -> object(Map.of("b", Variants.ofNull(), "tags", array(Variants.of("x"), Variants.of("y" + id))));
      case 26 -> object(Map.of("deep", object(Map.of("a", Variants.of(id), "z", Variants.of(1.5d))), "tags", array(Variants.of("x"), Variants.of(1))));
      case 27 -> object(Map.of("deep", Variants.of(3), "tags", array()));
      default -> array(IntStream.range(0, 300).mapToObj(Variants::of).toArray(VariantValue[]::new));
    };
  }

  private static VariantValue object(Map<String, VariantValue> fields) {
    ShreddedObject object = Variants.object(NAMES);
    fields.forEach(object::put);
    return object;
  }

  private static VariantValue array(VariantValue... values) {
    ValueArray array = Variants.array();
    Arrays.asList(values).forEach(array::add);
    return array;
  }

  private static final Type SHREDDED = group("typed_value",
      field("a", primitive(PrimitiveTypeName.INT32, LogicalTypeAnnotation.intType(32))),
      field("b", primitive(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType())),
      field("deep", group("typed_value", field("a", primitive(PrimitiveTypeName.INT32, LogicalTypeAnnotation.intType(32))))),
      field("tags", org.apache.parquet.schema.Types.optionalList()
          .element(field("element", primitive(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType())))
          .named("typed_value")));

  private static GroupType group(String name, Type... fields) {
    return org.apache.parquet.schema.Types.optionalGroup().addFields(fields).named(name);
  }

  private static Type primitive(PrimitiveTypeName type, LogicalTypeAnnotation annotation) {
    return org.apache.parquet.schema.Types.optional(type).as(annotation).named("typed_value");
  }

  private static Type field(String name, Type typed) {
    return org.apache.parquet.schema.Types.requiredGroup()
        .addField(org.apache.parquet.schema.Types.optional(PrimitiveTypeName.BINARY).named("value"))
        .addField(typed)
        .named(name);
  }

  /** A variant as a number that any change of it changes, whatever way it is stored. */
  static BigDecimal measure(Variant variant) {
    return BigDecimal.valueOf(text(variant.value()).hashCode());
  }

  private static String text(VariantValue value) {
    if (value instanceof VariantObject object) {
      Map<String, String> fields = StreamSupport.stream(object.fieldNames().spliterator(), false)
          .collect(Collectors.toMap(name -> name, name -> text(object.get(name)), (one, other) -> other, TreeMap::new));
      return fields.toString();
    }
    if (value instanceof VariantArray array) {
      return IntStream.range(0, array.numElements()).mapToObj(index -> text(array.get(index))).toList().toString();
    }
    Object primitive = value.asPrimitive().get();
    String shown = primitive instanceof ByteBuffer buffer
        ? HexFormat.of().formatHex(StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString().getBytes(StandardCharsets.ISO_8859_1))
        : String.valueOf(primitive);
    return value.type() + " " + shown;
  }
}
