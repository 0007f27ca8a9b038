import static org.apache.parquet.schema.Type.Repetition.REQUIRED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.avro.Schema.Parser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.avro.AvroSchemaUtil;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Reads schemas with Iceberg's own library, and those of Parquet with its. Each line of the input is a language and a file of it in Base64; each line of the output is the schema
 * in the JSON of the specification, in Base64 as well, or an exclamation mark and what is wrong.
 */
final class Schemas {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    // Logical types of Iceberg are known to Avro from then on.
    Class.forName("org.apache.iceberg.avro.Avro");
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      try {
        String text = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
        String json = words[0].equals("parquet") ? parquet(MessageTypeParser.parseMessageType(text)).toString() : SchemaParser.toJson(read(words[0], text));
        out.println(Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
      } catch (Exception error) {
        out.println("!" + error.toString().replace('\n', ' '));
      }
    }
  }

  private static Schema read(String language, String text) {
    return switch (language) {
      case "iceberg" -> SchemaParser.fromJson(text);
      case "avro" -> AvroSchemaUtil.toIceberg(new Parser().parse(text));
      default -> throw new IllegalArgumentException(language);
    };
  }

  /** A group as a struct, in the words of Iceberg; its own conversion takes several types for others. */
  private static ObjectNode parquet(GroupType group) {
    ObjectNode struct = JSON.createObjectNode().put("type", "struct");
    ArrayNode fields = struct.putArray("fields");
    for (Type type : group.getFields()) {
      ObjectNode field = fields.addObject().put("id", id(type)).put("name", type.getName()).put("required", type.isRepetition(REQUIRED));
      field.set("type", parquet(type));
    }
    return struct;
  }

  private static JsonNode parquet(Type type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    if (type.isPrimitive()) {
      return new TextNode(primitive(type.asPrimitiveType(), logical == null ? "" : logical.toString()));
    }
    if (logical == null) {
      return parquet(type.asGroupType());
    }
    if (logical.toString().startsWith("VARIANT")) {
      return new TextNode("variant");
    }
    GroupType repeated = type.asGroupType().getType(0).asGroupType();
    Type last = repeated.getType(repeated.getFieldCount() - 1);
    boolean isList = logical.toString().equals("LIST");
    String value = isList ? "element" : "value";
    ObjectNode nested = JSON.createObjectNode().put("type", isList ? "list" : "map");
    nested.put(value + "-id", id(last)).put(value + "-required", last.isRepetition(REQUIRED)).set(value, parquet(last));
    if (!isList) {
      nested.put("key-id", id(repeated.getType(0))).set("key", parquet(repeated.getType(0)));
    }
    return nested;
  }

  private static int id(Type type) {
    return type.getId().intValue();
  }

  private static String primitive(PrimitiveType type, String logical) {
    String plain = switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> "boolean";
      case INT32 -> "int";
      case INT64 -> "long";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case BINARY -> "binary";
      case FIXED_LEN_BYTE_ARRAY -> "fixed[" + type.getTypeLength() + "]";
      default -> type.toString();
    };
    return switch (logical) {
      case "" -> plain;
      case "UNKNOWN" -> "unknown";
      case "TIME(MICROS,false)" -> "time";
      case "TIMESTAMP(MICROS,false)" -> "timestamp";
      case "TIMESTAMP(MICROS,true)" -> "timestamptz";
      case "TIMESTAMP(NANOS,false)" -> "timestamp_ns";
      case "TIMESTAMP(NANOS,true)" -> "timestamptz_ns";
      default -> logical.startsWith("GEO") ? geographic(logical) : logical.toLowerCase();
    };
  }

  /** The reference system stays as it is; how edges are drawn is in small letters. */
  private static String geographic(String logical) {
    int open = logical.indexOf('(');
    int comma = logical.lastIndexOf(',');
    int rest = comma < 0 ? logical.length() : comma;
    return logical.substring(0, open).toLowerCase() + logical.substring(open, rest) + logical.substring(rest).toLowerCase();
  }
}
