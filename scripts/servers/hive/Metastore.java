import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.apache.hadoop.hive.metastore.HiveMetaStore;

/**
 * A Hive metastore over a new database. Its persistence makes the tables of the catalog by itself; those of locks come with a script of the
 * distribution, which Maven does not have: here are those that a lock without a transaction needs.
 */
public class Metastore {
  private static final String[] TABLES = {
    table("HIVE_LOCKS", "HL_LOCK_EXT_ID BIGINT NOT NULL, HL_LOCK_INT_ID BIGINT NOT NULL, HL_TXNID BIGINT NOT NULL, HL_DB VARCHAR(128) NOT NULL,"
        + " HL_TABLE VARCHAR(256), HL_PARTITION VARCHAR(767), HL_LOCK_STATE CHAR(1) NOT NULL, HL_LOCK_TYPE CHAR(1) NOT NULL,"
        + " HL_LAST_HEARTBEAT BIGINT NOT NULL, HL_ACQUIRED_AT BIGINT, HL_USER VARCHAR(128) NOT NULL, HL_HOST VARCHAR(128) NOT NULL,"
        + " HL_HEARTBEAT_COUNT INTEGER, HL_AGENT_INFO VARCHAR(128), HL_BLOCKEDBY_EXT_ID BIGINT, HL_BLOCKEDBY_INT_ID BIGINT"),
    table("NEXT_LOCK_ID", "NL_NEXT BIGINT NOT NULL"),
    "INSERT INTO \"NEXT_LOCK_ID\" VALUES (1)",
    table("AUX_TABLE", "MT_KEY1 VARCHAR(128) NOT NULL, MT_KEY2 BIGINT NOT NULL, MT_COMMENT VARCHAR(255)"),
  };

  /** Names are in capitals everywhere, which PostgreSQL keeps only in quotes. */
  private static String table(String name, String columns) {
    return "CREATE TABLE \"" + name + "\" (" + columns.replaceAll("(^|, )(\\w+)", "$1\"$2\"") + ")";
  }

  public static void main(String[] args) throws Throwable {
    String database = args[0];
    String port = args[1];
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement()) {
      for (String table : TABLES) statement.execute(table);
    }
    HiveMetaStore.main(new String[] {"-p", port});
  }
}
