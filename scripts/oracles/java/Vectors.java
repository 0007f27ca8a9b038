import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Files;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.puffin.Blob;
import org.apache.iceberg.puffin.BlobMetadata;
import org.apache.iceberg.puffin.Puffin;
import org.apache.iceberg.puffin.PuffinCompressionCodec;
import org.apache.iceberg.puffin.PuffinReader;
import org.apache.iceberg.puffin.PuffinWriter;
import org.apache.iceberg.util.Pair;

/**
 * Puffin files and deletion vectors by Iceberg's own library.
 *
 * <pre>
 * read PUFFIN                  every blob, with its contents, and the positions of deletion vectors, as JSON
 * write-vectors PUFFIN JSON    positions by data file, and the entries that the library makes of them, as JSON
 * write-blob PUFFIN TEXT       one blob, compressed with zstd
 * </pre>
 */
final class Vectors {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Vectors() {}

  static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "read" -> read(new File(args[1]));
      case "write-vectors" -> writeVectors(new File(args[1]), JSON.readValue(new File(args[2]), Map.class));
      case "write-blob" -> writeBlob(new File(args[1]), args[2]);
      default -> throw new IllegalArgumentException("unknown command " + args[0]);
    }
  }

  private static void read(File file) throws Exception {
    List<Map<String, Object>> blobs = new ArrayList<>();
    try (PuffinReader reader = Puffin.read(Files.localInput(file)).build()) {
      for (Pair<BlobMetadata, ByteBuffer> pair : reader.readAll(reader.fileMetadata().blobs())) {
        BlobMetadata blob = pair.first();
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("type", blob.type());
        found.put("fields", blob.inputFields());
        found.put("snapshotId", String.valueOf(blob.snapshotId()));
        found.put("sequenceNumber", String.valueOf(blob.sequenceNumber()));
        found.put("properties", blob.properties());
        byte[] contents = new byte[pair.second().remaining()];
        pair.second().duplicate().get(contents);
        found.put("contents", contents);
        if (blob.type().equals("deletion-vector-v1")) {
          PositionDeleteIndex positions = load(file, blob);
          LongStream.Builder all = LongStream.builder();
          positions.forEach(all::add);
          found.put("positions", all.build().toArray());
          found.put("written", positions.serialize().array());
        }
        blobs.add(found);
      }
    }
    JSON.writeValue(System.out, blobs);
  }

  private static PositionDeleteIndex load(File file, BlobMetadata blob) {
    DeleteFile entry = FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
        .ofPositionDeletes()
        .withFormat(FileFormat.PUFFIN)
        .withPath(file.getPath())
        .withFileSizeInBytes(file.length())
        .withReferencedDataFile(blob.properties().get("referenced-data-file"))
        .withContentOffset(blob.offset())
        .withContentSizeInBytes(blob.length())
        .withRecordCount(Long.parseLong(blob.properties().get("cardinality")))
        .build();
    return new BaseDeleteLoader(ignored -> Files.localInput(file)).loadPositionDeletes(List.of(entry), entry.referencedDataFile());
  }

  private static void writeVectors(File file, Map<String, List<Number>> positions) throws Exception {
    BaseDVFileWriter writer = new BaseDVFileWriter(() -> output(file), path -> null);
    positions.forEach((path, all) -> all.forEach(at -> writer.delete(path, at.longValue(), PartitionSpec.unpartitioned(), null)));
    writer.close();
    List<Map<String, Object>> entries = new ArrayList<>();
    for (DeleteFile entry : writer.result().deleteFiles()) {
      entries.add(Map.of(
          "referencedDataFile", entry.referencedDataFile(),
          "contentOffset", entry.contentOffset(),
          "contentSizeInBytes", entry.contentSizeInBytes(),
          "recordCount", entry.recordCount(),
          "fileSizeInBytes", entry.fileSizeInBytes()));
    }
    JSON.writeValue(System.out, entries);
  }

  private static OutputFile output(File file) {
    return Files.localOutput(file);
  }

  private static void writeBlob(File file, String text) throws Exception {
    ByteBuffer contents = ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Map<String, String> properties = Map.of("ndv", "7");
    try (PuffinWriter writer = Puffin.write(output(file)).createdBy("Java").build()) {
      writer.add(new Blob("test", List.of(3, 1), Long.MAX_VALUE, 2, contents, PuffinCompressionCodec.ZSTD, properties));
    }
  }
}
