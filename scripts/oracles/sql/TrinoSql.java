import io.trino.grammar.sql.SqlBaseLexer;
import io.trino.sql.parser.SqlParser;
import io.trino.sql.tree.ColumnDefinition;
import io.trino.sql.tree.CreateTable;
import io.trino.sql.tree.DataType;
import io.trino.sql.tree.DateTimeDataType;
import io.trino.sql.tree.GenericDataType;
import io.trino.sql.tree.NumericParameter;
import io.trino.sql.tree.RowDataType;
import io.trino.sql.tree.TableElement;
import io.trino.sql.tree.TypeParameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;

final class TrinoSql {
  private static final SqlParser PARSER = new SqlParser();

  static List<Map<String, Object>> read(String text) {
    SqlBaseLexer lexer = new SqlBaseLexer(CharStreams.fromString(text));
    List<Integer> semicolons = new ArrayList<>();
    for (Token token : lexer.getAllTokens()) if (token.getText().equals(";")) semicolons.add(token.getStartIndex());
    List<Map<String, Object>> tables = new ArrayList<>();
    for (String statement : SqlParsers.split(text, semicolons)) {
      CreateTable create = (CreateTable) PARSER.createStatement(statement);
      Map<String, Object> table = new LinkedHashMap<>();
      table.put("name", create.getName().getOriginalParts().stream().map(part -> part.getValue()).toList());
      table.put("doc", create.getComment().orElse(null));
      List<Map<String, Object>> columns = new ArrayList<>();
      for (TableElement element : create.getElements()) {
        ColumnDefinition column = (ColumnDefinition) element;
        Map<String, Object> found = of(column.getName().toString(), column.getType(), !column.isNullable());
        found.put("doc", column.getComment().orElse(null));
        columns.add(found);
      }
      table.put("columns", columns);
      tables.add(table);
    }
    return tables;
  }

  private static Map<String, Object> of(String name, DataType type, boolean required) {
    if (type instanceof RowDataType row) {
      List<Map<String, Object>> fields = new ArrayList<>();
      for (RowDataType.Field field : row.getFields()) fields.add(of(field.getName().orElseThrow().getValue(), field.getType(), false));
      return SqlParsers.column(name, "struct", required, fields);
    }
    if (type instanceof DateTimeDataType time) {
      boolean isNanos = time.getPrecision().map(Object::toString).orElse("3").equals("9");
      String word = time.getType() == DateTimeDataType.Type.TIME ? "time" : "timestamp" + (time.isWithTimeZone() ? "tz" : "") + (isNanos ? "_ns" : "");
      return SqlParsers.column(name, word, required, null);
    }
    GenericDataType generic = (GenericDataType) type;
    String word = generic.getName().getValue().toLowerCase(java.util.Locale.ROOT);
    List<DataType> inner = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    for (var argument : generic.getArguments()) {
      if (argument instanceof TypeParameter parameter) inner.add(parameter.getValue());
      if (argument instanceof NumericParameter parameter) numbers.add(parameter.getValue());
    }
    return switch (word) {
      case "array" -> SqlParsers.column(name, "list", required, List.of(of("element", inner.get(0), false)));
      case "map" -> SqlParsers.column(name, "map", required, List.of(of("key", inner.get(0), true), of("value", inner.get(1), false)));
      default -> SqlParsers.column(name, word(word, numbers), required, null);
    };
  }

  private static String word(String word, List<String> numbers) {
    return switch (word) {
      case "integer" -> "int";
      case "bigint" -> "long";
      case "real" -> "float";
      case "varchar" -> "string";
      case "varbinary" -> "binary";
      case "decimal" -> "decimal(" + String.join(",", numbers) + ")";
      default -> word;
    };
  }
}
