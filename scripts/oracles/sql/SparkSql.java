import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.Token;
import org.apache.spark.sql.catalyst.analysis.UnresolvedIdentifier;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.apache.spark.sql.catalyst.parser.SqlBaseLexer;
import org.apache.spark.sql.catalyst.parser.UpperCaseCharStream;
import org.apache.spark.sql.catalyst.parser.extensions.IcebergSparkSqlExtensionsParser;
import org.apache.spark.sql.catalyst.plans.logical.ColumnDefinition;
import org.apache.spark.sql.catalyst.plans.logical.CreateTable;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SetIdentifierFields;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedTableSpec;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

final class SparkSql {
  private static final CatalystSqlParser SPARK = new CatalystSqlParser();
  private static final IcebergSparkSqlExtensionsParser ICEBERG = new IcebergSparkSqlExtensionsParser(SPARK);

  static List<Map<String, Object>> read(String text) {
    SqlBaseLexer lexer = new SqlBaseLexer(new UpperCaseCharStream(CharStreams.fromString(text)));
    List<Integer> semicolons = new ArrayList<>();
    for (Token token : lexer.getAllTokens()) if (token.getType() == SqlBaseLexer.SEMICOLON) semicolons.add(token.getStartIndex());
    List<Map<String, Object>> tables = new ArrayList<>();
    for (String statement : SqlParsers.split(text, semicolons)) {
      // The extensions hand what is not theirs to Spark, and want a session for it.
      LogicalPlan plan = statement.stripLeading().startsWith("ALTER") ? ICEBERG.parsePlan(statement) : SPARK.parsePlan(statement);
      if (plan instanceof CreateTable create) tables.add(table(create));
      if (plan instanceof SetIdentifierFields set) {
        List<List<String>> paths = new ArrayList<>();
        for (String field : CollectionConverters.asJava(set.fields())) paths.add(List.of(field));
        tables.get(tables.size() - 1).put("identifier", paths);
      }
    }
    return tables;
  }

  private static Map<String, Object> table(CreateTable create) {
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("name", CollectionConverters.asJava(((UnresolvedIdentifier) create.name()).nameParts()));
    UnresolvedTableSpec spec = (UnresolvedTableSpec) create.tableSpec();
    table.put("doc", spec.comment().isDefined() ? spec.comment().get() : null);
    List<Map<String, Object>> columns = new ArrayList<>();
    for (ColumnDefinition column : CollectionConverters.asJava(create.columns())) {
      columns.add(documented(of(column.name(), column.dataType(), !column.nullable()), column.comment().isDefined() ? column.comment().get() : null));
    }
    table.put("columns", columns);
    return table;
  }

  private static Map<String, Object> documented(Map<String, Object> column, String doc) {
    column.put("doc", doc);
    return column;
  }

  private static Map<String, Object> of(String name, DataType type, boolean required) {
    if (type instanceof StructType struct) {
      List<Map<String, Object>> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        fields.add(documented(of(field.name(), field.dataType(), !field.nullable()), field.getComment().isDefined() ? field.getComment().get() : null));
      }
      return SqlParsers.column(name, "struct", required, fields);
    }
    if (type instanceof ArrayType array) {
      return SqlParsers.column(name, "list", required, List.of(of("element", array.elementType(), !array.containsNull())));
    }
    if (type instanceof MapType map) {
      List<Map<String, Object>> parts = List.of(of("key", map.keyType(), true), of("value", map.valueType(), !map.valueContainsNull()));
      return SqlParsers.column(name, "map", required, parts);
    }
    return SqlParsers.column(name, word(type.typeName()), required, null);
  }

  private static String word(String type) {
    return switch (type) {
      case "integer" -> "int";
      case "timestamp" -> "timestamptz";
      case "timestamp_ntz" -> "timestamp";
      case "void" -> "unknown";
      default -> type;
    };
  }
}
