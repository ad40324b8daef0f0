package dev.standby.cli;

import java.util.List;

/** Keys in the database of this machine's settings, for who has no key yet; JSON as the API's. */
public interface LocalKeys {
  /**
   * Makes a key.
   *
   * @param name null for none, as the next two
   * @param prefix what its event keys begin with
   * @param expiresAt from when on it is refused, RFC 3339
   * @return with its secret
   */
  String create(String project, List<String> scopes, String name, String prefix, String expiresAt);

  /** All keys of a project, newest first; of all projects for null. */
  List<String> list(String project);

  /** Revokes a key; gives it. */
  String revoke(String id);
}
