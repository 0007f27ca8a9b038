import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrderComparators;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.ZOrderByteUtils;

/**
 * Sorted files and z-values by Iceberg's own library.
 *
 * <pre>
 * files METADATA_JSON...  of every data file of each, its sort order id and how many rows come before the one that they follow, as JSON
 * z-values JSON           the z-values, in hexadecimal, of rows of a long, an int, a string and a boolean
 * </pre>
 */
final class Sorted {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Sorted() {}

  static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "files" -> {
        List<Object> tables = new ArrayList<>();
        for (String metadata : List.of(args).subList(1, args.length)) {
          tables.add(files(new BaseTable(new StaticTableOperations(metadata, new HadoopFileIO(new Configuration())), "table")));
        }
        System.out.println(JSON.writeValueAsString(tables));
      }
      case "z-values" -> zValues(JSON.readValue(new File(args[1]), List.class));
      default -> throw new IllegalArgumentException("unknown command " + args[0]);
    }
  }

  private static List<Map<String, Object>> files(Table table) throws Exception {
    List<Map<String, Object>> found = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        DataFile file = task.file();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("sortOrderId", file.sortOrderId());
        entry.put("rows", file.recordCount());
        entry.put("misplaced", misplaced(table, file));
        found.add(entry);
      }
    }
    return found;
  }

  private static int misplaced(Table table, DataFile file) throws Exception {
    Schema schema = table.schema();
    Comparator<StructLike> order = SortOrderComparators.forSchema(schema, table.sortOrders().get(file.sortOrderId()));
    int misplaced = 0;
    try (CloseableIterable<Record> records = Parquet.read(table.io().newInputFile(file.location()))
        .project(schema)
        .createReaderFunc(fileSchema -> GenericParquetReaders.buildReader(schema, fileSchema))
        .build()) {
      Record before = null;
      for (Record record : records) {
        if (before != null && order.compare(wrapped(schema, before), wrapped(schema, record)) > 0) {
          misplaced++;
        }
        before = record.copy();
      }
    }
    return misplaced;
  }

  private static StructLike wrapped(Schema schema, Record record) {
    return new InternalRecordWrapper(schema.asStruct()).wrap(record);
  }

  private static void zValues(List<?> rows) throws Exception {
    List<String> found = new ArrayList<>();
    for (Object each : rows) {
      List<?> row = (List<?>) each;
      byte[][] columns = new byte[4][];
      columns[0] = ZOrderByteUtils.longToOrderedBytes(Long.parseLong((String) row.get(0)), ByteBuffer.allocate(8)).array();
      columns[1] = ZOrderByteUtils.intToOrderedBytes((Integer) row.get(1), ByteBuffer.allocate(8)).array();
      columns[2] = ZOrderByteUtils.stringToOrderedBytes(
          (String) row.get(2), 5, ByteBuffer.allocate(5), StandardCharsets.UTF_8.newEncoder()).array();
      columns[3] = new byte[] {(byte) ((Boolean) row.get(3) ? -127 : 0), 0, 0, 0, 0, 0, 0, 0};
      found.add(HexFormat.of().formatHex(ZOrderByteUtils.interleaveBits(columns, 29, ByteBuffer.allocate(29))));
    }
    System.out.println(JSON.writeValueAsString(found));
  }
}
