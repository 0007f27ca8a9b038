import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.DeleteWriteResult;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Makes tables with every kind of delete, as Spark, Flink and v3 writers leave them, over a schema and a spec that changed. */
final class Deleted {
  private static final Schema SCHEMA = new Schema(
      Types.NestedField.required(1, "id", Types.LongType.get()),
      Types.NestedField.optional(2, "kind", Types.StringType.get()),
      Types.NestedField.optional(3, "count", Types.IntegerType.get()),
      Types.NestedField.optional(4, "ratio", Types.FloatType.get()),
      Types.NestedField.optional(5, "place", Types.StructType.of(
          Types.NestedField.optional(6, "city", Types.StringType.get()))),
      Types.NestedField.optional(7, "tags", Types.ListType.ofOptional(8, Types.StringType.get())));

  private final Table table;
  private final FileFormat format;
  private long next;

  private Deleted(Table table, FileFormat format) {
    this.table = table;
    this.format = format;
  }

  /** The table begins with format version 2; with {@code version} 3 it is upgraded half-way, so that files with and without row ids stand side by side. */
  static void create(Catalog catalog, TableIdentifier name, int version, FileFormat format) throws IOException {
    PartitionSpec unpartitioned = PartitionSpec.unpartitioned();
    Table table = catalog.createTable(name, SCHEMA, unpartitioned, Map.of("format-version", "2"));
    Deleted deleted = new Deleted(table, format);
    List<DataFile> first = deleted.append(4, 50);
    table.newRowDelta().addDeletes(deleted.positions(first, 3, 7, 48)).commit();
    table.newRowDelta().addDeletes(deleted.positions(List.of(first.get(1)), 0, 1, 2)).commit();
    table.newRowDelta().addDeletes(deleted.equal(List.of("kind", "ratio"), null, Float.NaN)).commit();
    table.newRowDelta().addDeletes(deleted.equal(List.of("place.city"), (Object) null)).commit();
    table.updateSpec().addField(Expressions.ref("kind")).commit();
    table.refresh();
    if (version == 3) {
      table.updateProperties().set("format-version", "3").commit();
      table.refresh();
    }
    List<DataFile> second = deleted.append(6, 30);
    RowDelta delta = table.newRowDelta();
    deleted.byPartition(second, version).forEach(delta::addDeletes);
    delta.commit();
    // Written under the first spec, which has no partitions: it is about the rows of all of them.
    table.newRowDelta().addDeletes(deleted.equal(List.of("count"), 7)).commit();
    table.updateSchema().renameColumn("count", "number").updateColumn("count", Types.LongType.get())
        .renameColumn("kind", "sort").addColumn("note", Types.StringType.get()).commit();
    table.refresh();
    deleted.append(3, 30);
    table.newRowDelta().addDeletes(deleted.equal(List.of("number", "id"), 11L, 11L)).commit();
    table.newRowDelta().addDeletes(deleted.equal(List.of("number"), 13L)).commit();
    deleted.append(2, 30);
  }

  private List<DataFile> append(int files, int rows) throws IOException {
    List<DataFile> written = new ArrayList<>();
    AppendFiles append = table.newAppend();
    for (int file = 0; file < files; file++) {
      String kind = "kind " + file % 2;
      StructLike partition = partition(kind);
      DataWriter<Record> writer = new GenericAppenderFactory(table.schema(), table.spec())
          .newDataWriter(output(partition), format, partition);
      try (writer) {
        for (int row = 0; row < rows; row++, next++) {
          writer.write(record(table.schema(), next, table.spec().isPartitioned() ? kind : next % 5 == 0 ? null : "kind " + next % 3));
        }
      }
      written.add(writer.toDataFile());
      append.appendFile(writer.toDataFile());
    }
    append.commit();
    return written;
  }

  private static Record record(Schema schema, long id, String kind) {
    Record record = GenericRecord.create(schema);
    record.set(0, id);
    record.set(1, kind);
    record.set(2, schema.findField(3).type().typeId() == Types.LongType.get().typeId() ? (Object) (id % 40) : (Object) (int) (id % 40));
    record.set(3, id % 5 == 0 ? (Float) Float.NaN : id % 7 == 0 ? null : (Float) (id / 4f));
    Record place = GenericRecord.create(schema.findField(5).type().asStructType());
    place.set(0, id % 11 == 0 ? null : "city " + id % 6);
    record.set(4, id % 23 == 0 ? null : place);
    record.set(5, id % 4 == 0 ? null : List.of("a" + id, "b"));
    return record;
  }

  private StructLike partition(String kind) {
    if (table.spec().isUnpartitioned()) {
      return null;
    }
    PartitionData data = new PartitionData(table.spec().partitionType());
    data.set(0, kind);
    return data;
  }

  private EncryptedOutputFile output(StructLike partition) {
    String name = format.addExtension(UUID.randomUUID().toString());
    String path = partition == null
        ? table.locationProvider().newDataLocation(name)
        : table.locationProvider().newDataLocation(table.spec(), partition, name);
    return table.encryption().encrypt(table.io().newOutputFile(path));
  }

  /** One delete file about some rows of several files, all of one partition. */
  private DeleteFile positions(List<DataFile> files, long... positions) throws IOException {
    DataFile first = files.get(0);
    PartitionSpec spec = table.specs().get(first.specId());
    PositionDeleteWriter<Record> writer = new GenericAppenderFactory(table, table.schema(), spec, Map.of(), null, null, null)
        .newPosDeleteWriter(output(spec.isUnpartitioned() ? null : first.partition()), format,
            spec.isUnpartitioned() ? null : first.partition());
    try (writer) {
      for (DataFile file : files.stream().sorted((a, b) -> a.location().compareTo(b.location())).toList()) {
        for (long position : positions) {
          writer.write(PositionDelete.<Record>create().set(file.location(), position));
        }
      }
    }
    return writer.toDeleteFile();
  }

  private List<DeleteFile> byPartition(List<DataFile> files, int version) throws IOException {
    if (version == 3) {
      OutputFileFactory outputs = OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build();
      BaseDVFileWriter writer = new BaseDVFileWriter(outputs, path -> null);
      try (writer) {
        for (DataFile file : files) {
          for (long position : new long[] {0, 5, 6, 29}) {
            writer.delete(file.location(), position, table.spec(), file.partition());
          }
        }
      }
      DeleteWriteResult result = writer.result();
      return result.deleteFiles();
    }
    List<DeleteFile> written = new ArrayList<>();
    for (int kind = 0; kind < 2; kind++) {
      int wanted = kind;
      written.add(positions(files.stream().filter(file -> file.partition().get(0, String.class).endsWith("" + wanted)).toList(), 0, 5, 6, 29));
    }
    return written;
  }

  /** A global equality delete, in the spec without partitions, of the rows whose {@code columns} have these values. */
  private DeleteFile equal(List<String> columns, Object... values) throws IOException {
    int[] ids = columns.stream().mapToInt(column -> table.schema().findField(column).fieldId()).toArray();
    Schema schema = TypeUtil.select(table.schema(), java.util.Arrays.stream(ids).boxed().collect(java.util.stream.Collectors.toSet()));
    PartitionSpec unpartitioned = table.specs().get(0);
    EqualityDeleteWriter<Record> writer = new GenericAppenderFactory(schema, unpartitioned, ids, schema, null)
        .newEqDeleteWriter(output(null), format, null);
    Record record = GenericRecord.create(schema);
    for (int column = 0; column < ids.length; column++) {
      String[] path = columns.get(column).split("\\.");
      if (path.length == 1) {
        record.setField(path[0], values[column]);
      } else {
        Record nested = GenericRecord.create(schema.findType(path[0]).asStructType());
        nested.setField(path[1], values[column]);
        record.setField(path[0], nested);
      }
    }
    try (writer) {
      writer.write(record);
    }
    return writer.toDeleteFile();
  }
}
