package dev.standby.contract;

/** Bodies that operations take. */
final class OpenApiSamples {
  private OpenApiSamples() {}

  /** A body for that operation. */
  static String first(String operationId) {
    return switch (operationId) {
      case "registerEvent" -> "{\"event_key\":\"any\"}";
      case "updateEvent" -> "{\"timeout_secs\":60}";
      case "purgeEvents" -> "{\"older_than_days\":1}";
      case "createKey" -> "{\"scopes\":[\"events:read\"]}";
      case "registerBatch", "sendBatch" -> "{\"items\":[{\"event_key\":\"any\"}]}";
      default -> "{}";
    };
  }

  /** A body that asks for something else. */
  static String another(String operationId) {
    return switch (operationId) {
      case "registerEvent" -> "{\"event_key\":\"any\",\"timeout_secs\":60}";
      case "purgeEvents" -> "{\"older_than_days\":2}";
      case "rotateWebhookSecret" -> "{\"overlap_secs\":5}";
      case "createKey" -> "{\"scopes\":[\"events:send\"]}";
      case "registerBatch", "sendBatch" -> "{\"items\":[{\"event_key\":\"another\"}]}";
      default -> "{\"payload\":1}";
    };
  }
}
