import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads SQL with the parsers of Spark (with Iceberg's extensions) and Trino. Each line of the input is a dialect and a file of it in Base64; each line
 * of the output is the tables that it creates as JSON in Base64, in the words of Iceberg's specification, or an exclamation mark and what is wrong.
 */
final class SqlParsers {
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ObjectMapper json = new ObjectMapper();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      String text = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
      try {
        Object tables = words[0].equals("spark") ? SparkSql.read(text) : TrinoSql.read(text);
        out.println(Base64.getEncoder().encodeToString(json.writeValueAsBytes(tables)));
      } catch (Exception | LinkageError error) {
        out.println("!" + String.valueOf(error).replace('\n', ' '));
      }
    }
  }

  static Map<String, Object> column(String name, String type, boolean required, List<Map<String, Object>> children) {
    Map<String, Object> column = new LinkedHashMap<>();
    column.put("name", name);
    column.put("type", type);
    column.put("required", required);
    if (children != null) column.put("children", children);
    return column;
  }

  /** Texts between tokens that are semicolons. */
  static List<String> split(String text, List<Integer> semicolons) {
    List<String> statements = new ArrayList<>();
    int from = 0;
    for (int at : semicolons) {
      // Places are counted in code points.
      int end = text.offsetByCodePoints(0, at);
      statements.add(text.substring(from, end));
      from = end + 1;
    }
    if (!text.substring(from).isBlank()) throw new IllegalArgumentException("a statement does not end");
    return statements;
  }
}
