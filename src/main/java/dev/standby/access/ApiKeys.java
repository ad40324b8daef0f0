package dev.standby.access;

import dev.standby.bus.Access.Grant;
import dev.standby.bus.Access.IssueOnce;
import dev.standby.bus.Access.IssuedKey;
import dev.standby.bus.Access.NewIssuedKey;
import dev.standby.bus.Access.NewKey;
import dev.standby.bus.Access.StoredKey;
import dev.standby.bus.Addresses;
import dev.standby.bus.Bus;
import dev.standby.bus.Once.Done;
import dev.standby.trigger.ApiKey;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** API keys: {@code sb_<id>_<secret>}. */
final class ApiKeys {
  private static final Pattern FORM = Pattern.compile("sb_([0-9a-f]{16})_([0-9A-Za-z_-]{43})");
  private static final int ID_BYTES = 8;

  /** What the secret of a key is compared with that is not there, so that it takes as long. */
  private static final String NO_HASH = Secrets.sha256("");

  private final Bus bus;

  ApiKeys(Bus bus) {
    this.bus = bus;
  }

  /** Whether the text is meant to be a key. */
  static boolean isKey(String credentials) {
    return credentials.startsWith("sb_");
  }

  /** Who comes with that key. */
  Future<Grant> check(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Future.failedFuture(AccessVerticle.refused());
    }
    String hash = Secrets.sha256(parts.group(2));
    return bus.<StoredKey>askLocally(Addresses.FIND_KEY, parts.group(1))
        .compose(
            stored -> {
              boolean same = Secrets.equal(hash, stored == null ? NO_HASH : stored.secretHash());
              return same && stored != null && stored.valid()
                  ? Future.succeededFuture(
                      new Grant(stored.key().principal(), stored.key().expiresAt()))
                  : Future.failedFuture(AccessVerticle.refused());
            });
  }

  /** Makes a key. */
  Future<IssuedKey> issue(ApiKey.Request request) {
    NewIssuedKey made = make(request);
    return bus.<ApiKey>askLocally(Addresses.STORE_KEY, made.key())
        .map(key -> new IssuedKey(key, made.text()));
  }

  /** Makes a key once; who comes again is shown the first, with its secret. */
  Future<Done<IssuedKey>> issueOnce(IssueOnce once) {
    return bus.once(make(once.request()), once.key());
  }

  private static NewIssuedKey make(ApiKey.Request request) {
    String id = HexFormat.of().formatHex(Secrets.random(ID_BYTES));
    String secret =
        Base64.getUrlEncoder().withoutPadding().encodeToString(Secrets.random(Secrets.BYTES));
    return new NewIssuedKey(
        new NewKey(id, Secrets.sha256(secret), request), "sb_" + id + "_" + secret);
  }
}
