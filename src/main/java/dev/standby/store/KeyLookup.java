package dev.standby.store;

import dev.standby.bus.Access.StoredKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Looks API keys up, in batches: every node does so again and again for each key in use, as it may
 * be revoked.
 */
final class KeyLookup implements Lane.Statement<String, StoredKey> {
  @Override
  public Future<Lane.Answers> run(SqlConnection sql, List<Entry<String, StoredKey>> entries) {
    String[] ids = entries.stream().map(Entry::command).distinct().toArray(String[]::new);
    return sql.preparedQuery(Sql.FIND_KEYS.text())
        .execute(Tuple.tuple().addArrayOfString(ids))
        .map(
            rows ->
                () -> {
                  Map<String, StoredKey> found = new HashMap<>(ids.length * 2);
                  for (Row row : rows) {
                    found.put(
                        ids[row.getLong(0).intValue() - 1],
                        new StoredKey(
                            Keys.key(row, 3),
                            HexFormat.of().formatHex(row.getBuffer(1).getBytes()),
                            row.getBoolean(2)));
                  }
                  entries.forEach(entry -> entry.answer(found.get(entry.command())));
                  return Future.succeededFuture();
                });
  }
}
