package dev.standby.trigger;

/**
 * Why a request is refused: the stable code of the contract's section "Errors" and its HTTP status.
 */
public enum Reason {
  /** The request itself is wrong: a field, a parameter, its JSON. */
  BAD_REQUEST("bad_request", 400, "Bad Request"),
  /** The client has not proved who it is. */
  AUTHENTICATION_REQUIRED("authentication_required", 401, "Unauthorized"),
  /** The client has proved who it is, and may not do that. */
  FORBIDDEN("forbidden", 403, "Forbidden"),
  /** No trigger has that key. */
  NOT_FOUND("not_found", 404, "Not Found"),
  /** The path exists, the method on it does not. */
  METHOD_NOT_ALLOWED("method_not_allowed", 405, "Method Not Allowed"),
  /** No representation that the client accepts. */
  NOT_ACCEPTABLE("not_acceptable", 406, "Not Acceptable"),
  /** The body did not come in time. */
  REQUEST_TIMEOUT("request_timeout", 408, "Request Timeout"),
  /** The trigger is in a state that does not allow it, or the key is ambiguous. */
  CONFLICT("conflict", 409, "Conflict"),
  /** The body is longer than the node accepts. */
  PAYLOAD_TOO_LARGE("payload_too_large", 413, "Content Too Large"),
  /** The body is not JSON in UTF-8. */
  UNSUPPORTED_MEDIA_TYPE("unsupported_media_type", 415, "Unsupported Media Type"),
  /** Well-formed, and still not to be carried out. */
  VALIDATION_FAILED("validation_failed", 422, "Unprocessable Content"),
  /** Too much of it for now. */
  RATE_LIMITED("rate_limited", 429, "Too Many Requests"),
  /** A defect of ours; the log has it under the request's id. */
  INTERNAL_ERROR("internal_error", 500, "Internal Server Error"),
  /** Not now: the database is away or a queue is full. */
  UNAVAILABLE("unavailable", 503, "Service Unavailable");

  private final String code;
  private final int httpStatus;
  private final String title;

  Reason(String code, int httpStatus, String title) {
    this.code = code;
    this.httpStatus = httpStatus;
    this.title = title;
  }

  /** The {@code code} of the problem document. */
  public String code() {
    return code;
  }

  /** The HTTP status, which is the failure code on the event bus as well. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The {@code title} of the problem document: the status's phrase, as RFC 9457 asks for. */
  public String title() {
    return title;
  }

  /** The reason with that {@link #code()}; {@link #INTERNAL_ERROR} for one that is not known. */
  public static Reason ofCode(String code) {
    for (Reason reason : values()) {
      if (reason.code.equals(code)) {
        return reason;
      }
    }
    return INTERNAL_ERROR;
  }
}
