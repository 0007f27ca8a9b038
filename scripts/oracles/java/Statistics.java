import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.theta.CompactSketch;
import org.apache.datasketches.theta.SetOperation;
import org.apache.datasketches.theta.Union;
import org.apache.datasketches.theta.UpdateSketch;
import org.apache.iceberg.PartitionStatistics;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.PartitionStats;
import org.apache.iceberg.PartitionStatsHandler;
import org.apache.iceberg.Partitioning;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinReader;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.Pair;
import org.apache.iceberg.util.SnapshotUtil;

/** What Apache DataSketches makes of values, beside what a statistics file has. */
final class Statistics {
  private Statistics() {}

  static void print(Table table, long snapshotId) throws IOException {
    StatisticsFile file = table.statisticsFiles().stream().filter(each -> each.snapshotId() == snapshotId).findFirst().orElseThrow();
    Map<Integer, UpdateSketch> computed = computed(table, snapshotId);
    StringBuilder json = new StringBuilder("{");
    String separator = "";
    try (PuffinReader reader = Puffin.read(table.io().newInputFile(file.path())).withFileSize(file.fileSizeInBytes())
        .withFooterSize(file.fileFooterSizeInBytes()).build()) {
      for (Pair<BlobMetadata, ByteBuffer> blob : reader.readAll(reader.fileMetadata().blobs())) {
        int field = blob.first().inputFields().get(0);
        byte[] bytes = new byte[blob.second().remaining()];
        blob.second().get(bytes);
        CompactSketch stored = CompactSketch.heapify(Memory.wrap(bytes));
        CompactSketch expected = computed.get(field).rebuild().compact(true, null);
        Union union = SetOperation.builder().buildUnion();
        union.union(stored);
        union.union(expected);
        json.append(separator).append('"').append(SnapshotUtil.schemaFor(table, snapshotId).findColumnName(field)).append("\":{\"stored\":\"")
            .append(HexFormat.of().formatHex(bytes)).append("\",\"computed\":\"").append(HexFormat.of().formatHex(expected.toByteArray()))
            .append("\",\"storedEstimate\":").append(stored.getEstimate()).append(",\"computedEstimate\":").append(expected.getEstimate())
            .append(",\"unionEstimate\":").append(union.getResult().getEstimate())
            .append(",\"ndv\":\"").append(blob.first().properties().get("ndv"))
            .append("\",\"sequenceNumber\":\"").append(blob.first().sequenceNumber()).append("\"}");
        separator = ",";
      }
    }
    System.out.println(json.append("}"));
  }

  private static Map<Integer, UpdateSketch> computed(Table table, long snapshotId) throws IOException {
    Schema schema = SnapshotUtil.schemaFor(table, snapshotId);
    Map<Integer, UpdateSketch> sketches = new LinkedHashMap<>();
    for (Types.NestedField field : schema.columns()) {
      sketches.put(field.fieldId(), UpdateSketch.builder().build());
    }
    InternalRecordWrapper wrapper = new InternalRecordWrapper(schema.asStruct());
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).useSnapshot(snapshotId).build()) {
      for (Record record : records) {
        InternalRecordWrapper row = wrapper.wrap(record);
        for (int column = 0; column < schema.columns().size(); column++) {
          Types.NestedField field = schema.columns().get(column);
          Object value = field.type().isPrimitiveType() ? row.get(column, Object.class) : null;
          if (value != null) {
            sketches.get(field.fieldId()).update(Conversions.toByteBuffer(field.type(), value));
          }
        }
      }
    }
    return sketches;
  }

  static void printPartitions(Table table, long snapshotId) throws IOException {
    try (CloseableIterable<PartitionStatistics> rows = table.newPartitionStatisticsScan().useSnapshot(snapshotId).scan()) {
      print(rows);
    }
  }

  /** The file that this writes is named by no metadata. */
  static void computePartitions(Table table, long snapshotId) throws IOException {
    PartitionStatisticsFile file = PartitionStatsHandler.computeAndWriteStatsFile(table, snapshotId);
    Schema schema = PartitionStatistics.schema(Partitioning.partitionType(table), TableUtil.formatVersion(table));
    try (CloseableIterable<PartitionStats> rows = PartitionStatsHandler.readPartitionStatsFile(schema, table.io().newInputFile(file.path()))) {
      print(rows);
    }
    table.io().deleteFile(file.path());
  }

  private static void print(Iterable<? extends StructLike> rows) {
    StringBuilder json = new StringBuilder("[");
    String separator = "";
    for (StructLike row : rows) {
      json.append(separator).append("{\"partition\":[");
      StructLike partition = row.get(0, StructLike.class);
      for (int field = 0; field < partition.size(); field++) {
        Object value = partition.get(field, Object.class);
        json.append(field == 0 ? "" : ",").append(value == null ? "null" : "\"" + value + "\"");
      }
      json.append("],\"values\":[");
      for (int column = 1; column < row.size(); column++) {
        Object value = row.get(column, Object.class);
        json.append(column == 1 ? "" : ",").append(value == null ? "null" : "\"" + value + "\"");
      }
      json.append("]}");
      separator = ",";
    }
    System.out.println(json.append("]"));
  }

  static void printTheta(List<String> files) throws IOException {
    StringBuilder json = new StringBuilder("[");
    String separator = "";
    for (String file : files) {
      UpdateSketch sketch = UpdateSketch.builder().build();
      try (DataInputStream input = new DataInputStream(new java.io.BufferedInputStream(Files.newInputStream(Path.of(file))))) {
        while (true) {
          sketch.update(input.readNBytes(input.readInt()));
        }
      } catch (EOFException end) {
        CompactSketch compact = sketch.rebuild().compact(true, null);
        json.append(separator).append("{\"hex\":\"").append(HexFormat.of().formatHex(compact.toByteArray()))
            .append("\",\"estimate\":").append(compact.getEstimate()).append('}');
        separator = ",";
      }
    }
    System.out.println(json.append("]"));
  }
}
