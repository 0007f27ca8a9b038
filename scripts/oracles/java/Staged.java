import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;

/** Makes tables with snapshots that were staged and not published, picks from them, and tells of branches, tags and history. */
final class Staged {
  private static final Schema SCHEMA = new Schema(
      Types.NestedField.required(1, "id", Types.LongType.get()),
      Types.NestedField.optional(2, "place", Types.StringType.get()));

  private final Table table;
  private final int version;
  private long next;

  private Staged(Table table, int version) {
    this.table = table;
    this.version = version;
  }

  /**
   * A table with five partitions on main, snapshots staged on it, and then changes of main in partitions c (an append) and d (a
   * delete); the snapshot staged as {@code next} is a child of the head.
   */
  static void create(Catalog catalog, TableIdentifier name, int version) throws IOException {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("place").build();
    Table table = catalog.createTable(name, SCHEMA, spec, Map.of("format-version", String.valueOf(version)));
    Staged staged = new Staged(table, version);
    DataFile inD = staged.write("d", 30);
    DataFile inE = staged.write("e", 30);
    table.newAppend().appendFile(staged.write("a", 40)).appendFile(staged.write("b", 30)).appendFile(staged.write("c", 20))
        .appendFile(inD).appendFile(inE).commit();
    if (version > 1) {
      staged.delete(inE, 1, 2).commit();
    }
    staged.stage("append-a", table.newAppend().appendFile(staged.write("a", 7)));
    for (String place : List.of("b", "c", "d", "e")) {
      staged.stage("overwrite-" + place, table.newReplacePartitions().addFile(staged.write(place, 5)));
    }
    staged.stage("delete-a", table.newDelete().deleteFromRowFilter(Expressions.equal("place", "a")));
    staged.stage("twice", table.newAppend().appendFile(staged.write("a", 1)));
    staged.stage("twice", table.newAppend().appendFile(staged.write("a", 2)));
    table.newAppend().appendFile(staged.write("c", 9)).commit();
    if (version > 1) {
      staged.delete(inD, 0, 29).commit();
    }
    staged.stage("next", table.newAppend().appendFile(staged.write("b", 3)));
  }

  private void stage(String wapId, SnapshotUpdate<?> update) {
    update.set("wap.id", wapId);
    update.stageOnly();
    update.commit();
    table.refresh();
  }

  private DataFile write(String place, int rows) throws IOException {
    StructLike partition = partition(place);
    DataWriter<Record> writer = new GenericAppenderFactory(table.schema(), table.spec())
        .newDataWriter(output(partition), FileFormat.PARQUET, partition);
    try (writer) {
      for (int row = 0; row < rows; row++, next++) {
        Record record = GenericRecord.create(table.schema());
        record.set(0, next);
        record.set(1, place);
        writer.write(record);
      }
    }
    return writer.toDataFile();
  }

  private RowDelta delete(DataFile file, long... positions) throws IOException {
    RowDelta delta = table.newRowDelta();
    if (version > 2) {
      OutputFileFactory outputs = OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build();
      BaseDVFileWriter writer = new BaseDVFileWriter(outputs, path -> null);
      try (writer) {
        for (long position : positions) {
          writer.delete(file.location(), position, table.spec(), file.partition());
        }
      }
      writer.result().deleteFiles().forEach(delta::addDeletes);
      return delta;
    }
    PositionDeleteWriter<Record> writer = new GenericAppenderFactory(table, table.schema(), table.spec(), Map.of(), null, null, null)
        .newPosDeleteWriter(output(file.partition()), FileFormat.PARQUET, file.partition());
    try (writer) {
      for (long position : positions) {
        writer.write(PositionDelete.<Record>create().set(file.location(), position));
      }
    }
    DeleteFile deletes = writer.toDeleteFile();
    return delta.addDeletes(deletes);
  }

  private StructLike partition(String place) {
    PartitionData data = new PartitionData(table.spec().partitionType());
    data.set(0, place);
    return data;
  }

  private EncryptedOutputFile output(StructLike partition) {
    String path = table.locationProvider().newDataLocation(table.spec(), partition, UUID.randomUUID() + ".parquet");
    return table.encryption().encrypt(table.io().newOutputFile(path));
  }

  /** Picks one snapshot after the other and prints, as JSON, why each was refused; an empty text for one that was picked. */
  static void pick(Table table, List<String> snapshotIds) {
    System.out.println(snapshotIds.stream().map(id -> {
      try {
        table.manageSnapshots().cherrypick(Long.parseLong(id)).commit();
        return "\"\"";
      } catch (ValidationException refusal) {
        return '"' + refusal.getMessage().replace("\"", "'") + '"';
      }
    }).collect(Collectors.joining(",", "[", "]")));
  }

  /** Branches and tags with their retention, the log of main, and its ancestors from the head back, as JSON. */
  static void printRefs(Table table) {
    String refs = table.refs().entrySet().stream().map(ref -> '"' + ref.getKey() + "\":" + describe(ref.getValue())).collect(Collectors.joining(","));
    String log = table.history().stream().map(entry -> "\"" + entry.snapshotId() + '"').collect(Collectors.joining(","));
    String ancestors = StreamSupport.stream(SnapshotUtil.currentAncestors(table).spliterator(), false)
        .map(snapshot -> "\"" + snapshot.snapshotId() + '"').collect(Collectors.joining(","));
    System.out.println("{\"refs\":{" + refs + "},\"log\":[" + log + "],\"ancestors\":[" + ancestors + "]}");
  }

  private static String describe(SnapshotRef ref) {
    return "{\"type\":\"" + (ref.isBranch() ? "branch" : "tag") + "\",\"snapshotId\":\"" + ref.snapshotId() + "\",\"maxRefAge\":" + ref.maxRefAgeMs()
        + ",\"maxSnapshotAge\":" + ref.maxSnapshotAgeMs() + ",\"minSnapshotsToKeep\":" + ref.minSnapshotsToKeep() + "}";
  }
}
