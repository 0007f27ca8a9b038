import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.apache.iceberg.Files;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Reads Parquet files with Iceberg's generic reader, and answers with a digest of each top-level column by its field id. The text that is
 * digested is the one that the other judges of merged files write (packages/iceberg/test/parquet/fuzz/fingerprint.py).
 */
final class Fingerprints {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HexFormat HEX = HexFormat.of();

  /** What rows without lineage of their own would inherit: numbers that none of them has. */
  private static final Map<Integer, Object> INHERITED =
      Map.of(MetadataColumns.ROW_ID.fieldId(), Long.MIN_VALUE, MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), Long.MIN_VALUE);

  private Fingerprints() {}

  /** Answers each line of JSON, {@code {"schema": …, "paths": […]}}, with one, until there are no more. */
  static void serve() throws IOException {
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      Map<String, String> answer;
      try {
        answer = digests(JSON.readTree(line));
      } catch (Exception error) {
        answer = Map.of("error", error.toString());
      }
      System.out.println(JSON.writeValueAsString(answer));
    }
  }

  private static Map<String, String> digests(JsonNode request) throws IOException {
    Schema schema = SchemaParser.fromJson(request.get("schema").toString());
    List<StringJoiner> texts = new ArrayList<>();
    schema.columns().forEach(column -> texts.add(new StringJoiner(",")));
    for (JsonNode path : request.get("paths")) {
      try (CloseableIterable<Record> records = Parquet.read(Files.localInput(path.asText())).project(schema)
          .createReaderFunc(stored -> GenericParquetReaders.buildReader(schema, stored, INHERITED)).build()) {
        for (Record record : records) {
          for (int at = 0; at < texts.size(); at++) {
            texts.get(at).add(text(schema.columns().get(at), record.get(at)));
          }
        }
      }
    }
    Map<String, String> digests = new LinkedHashMap<>();
    for (int at = 0; at < texts.size(); at++) {
      digests.put(String.valueOf(schema.columns().get(at).fieldId()), digest(texts.get(at).toString()));
    }
    return digests;
  }

  private static String digest(String text) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException error) {
      throw new IllegalStateException(error);
    }
  }

  private static String text(Types.NestedField column, Object value) {
    boolean isInherited = INHERITED.containsKey(column.fieldId()) && (Long) value < 0;
    return isInherited ? "_" : text(column.type(), value);
  }

  private static String text(Type type, Object value) {
    if (value == null) {
      return "_";
    }
    return switch (type.typeId()) {
      case BOOLEAN -> (Boolean) value ? "t" : "f";
      case FLOAT -> floating(((Float) value).doubleValue());
      case DOUBLE -> floating((Double) value);
      case DATE -> String.valueOf(((LocalDate) value).toEpochDay());
      case TIME -> String.valueOf(((LocalTime) value).toNanoOfDay() / 1000);
      case TIMESTAMP -> moment(value, 1_000_000);
      case TIMESTAMP_NANO -> moment(value, 1_000_000_000);
      case STRING -> "'" + HEX.formatHex(value.toString().getBytes(StandardCharsets.UTF_8));
      case UUID -> {
        UUID uuid = (UUID) value;
        yield "x" + HEX.toHexDigits(uuid.getMostSignificantBits()) + HEX.toHexDigits(uuid.getLeastSignificantBits());
      }
      case FIXED -> "x" + HEX.formatHex((byte[]) value);
      case BINARY -> {
        ByteBuffer bytes = ((ByteBuffer) value).duplicate();
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        yield "x" + HEX.formatHex(all);
      }
      case DECIMAL -> ((BigDecimal) value).unscaledValue().toString();
      case STRUCT -> struct(type.asStructType(), (Record) value);
      case LIST -> {
        StringJoiner elements = new StringJoiner(",", "[", "]");
        ((List<?>) value).forEach(element -> elements.add(text(type.asListType().elementType(), element)));
        yield elements.toString();
      }
      case MAP -> {
        StringJoiner entries = new StringJoiner(",", "{", "}");
        Types.MapType map = type.asMapType();
        ((Map<?, ?>) value).forEach((key, inner) -> entries.add(text(map.keyType(), key) + ":" + text(map.valueType(), inner)));
        yield entries.toString();
      }
      default -> String.valueOf(value);
    };
  }

  private static String struct(Types.StructType type, Record record) {
    StringJoiner fields = new StringJoiner(",", "(", ")");
    for (int at = 0; at < type.fields().size(); at++) {
      fields.add(text(type.fields().get(at).type(), record.get(at)));
    }
    return fields.toString();
  }

  private static String floating(double value) {
    return Double.isNaN(value) ? "NaN" : String.valueOf(Double.doubleToRawLongBits(value));
  }

  private static String moment(Object value, long perSecond) {
    OffsetDateTime time = value instanceof LocalDateTime local ? local.atOffset(ZoneOffset.UTC) : (OffsetDateTime) value;
    return String.valueOf(Math.addExact(Math.multiplyExact(time.toEpochSecond(), perSecond), time.getNano() / (1_000_000_000 / perSecond)));
  }
}
