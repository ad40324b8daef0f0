package dev.standby.bus;

/** The addresses that are not an {@link Operation}'s. */
public final class Addresses {
  /** What the address of every operation begins with. */
  static final String EVENTS = "standby.events.";

  /** Published in the cluster after a commit: {@code {"triggers":[…]}}, a {@code JsonObject}. */
  public static final String CHANGED = "standby.events.changed";

  /** Published in the cluster after a commit that ended waits: {@link Changes}. */
  public static final String ENDED = "standby.internal.ended";

  /** Published in the cluster after a commit: the projects that it has changed triggers of. */
  public static final String FED = "standby.internal.fed";

  /** Published in the cluster: asks every node to describe itself to the one that asks. */
  static final String NODES = "standby.internal.nodes";

  /** On this node only: asks for the {@link Nodes.All}. */
  public static final String LIST_NODES = "standby.local.nodes";

  /** On this node only: asks how many streams, polls and feeds are open; {@link Nodes.Open}. */
  public static final String COUNT_OPEN = "standby.local.stream.count";

  /** On this node only: milliseconds until a new deadline, which may be the next one. */
  public static final String DEADLINE = "standby.local.deadline";

  /**
   * On this node only: asks the store to end at most so many that are due, and whether there may be
   * more.
   */
  public static final String EXPIRE = "standby.local.expire";

  /** On this node only: asks the store how many milliseconds remain until the next deadline. */
  public static final String NEXT_DEADLINE = "standby.local.next-deadline";

  /** On this node only: has the store carry something out once; {@link Once}. */
  static final String ONCE = "standby.local.once";

  /** On this node only: opens a stream. */
  public static final String STREAM_OPEN = "standby.local.stream.open";

  /** On this node only: opens a feed; {@link FeedRequest}. */
  public static final String FEED_OPEN = "standby.local.feed.open";

  /** On this node only: asks for what follows in a feed; {@link FeedNext}. */
  public static final String FEED_NEXT = "standby.local.feed.next";

  /** On this node only: the reader of a stream, or of a feed, has gone. */
  public static final String STREAM_CLOSE = "standby.local.stream.close";

  /** On this node only: something may have been missed; read what is watched again. */
  public static final String CATCH_UP = "standby.local.catch-up";

  /** On this node only: PostgreSQL says that the commit of this id has ended waits. */
  public static final String COMMITTED = "standby.local.committed";

  /** On this node only: asks whether requests are served; {@code Boolean}. */
  public static final String READY = "standby.local.ready";

  /** On this node only: has the store read what its meters show; answers null. */
  public static final String MEASURE = "standby.local.measure";

  /** On this node only: asks who comes with these credentials; {@link Access.Grant}. */
  public static final String AUTHENTICATE = "standby.local.authenticate";

  /** On this node only: asks the store for the {@link Access.StoredKey} of an id; null for none. */
  public static final String FIND_KEY = "standby.local.keys.find";

  /** On this node only: makes an API key; {@link Access.IssuedKey}. */
  public static final String ISSUE_KEY = "standby.local.keys.issue";

  /** On this node only: makes an API key once; takes an {@link Access.IssueOnce}. */
  public static final String ISSUE_KEY_ONCE = "standby.local.keys.issue-once";

  /** On this node only: has the store keep an API key; the {@code ApiKey}. */
  public static final String STORE_KEY = "standby.local.keys.store";

  /** On this node only: asks the store for API keys; {@link Access.KeyPage}. */
  public static final String LIST_KEYS = "standby.local.keys.list";

  /** On this node only: has the store revoke an API key; the {@code ApiKey}. */
  public static final String REVOKE_KEY = "standby.local.keys.revoke";

  /** On this node only: asks the store for a page of the audit log; {@link Access.AuditPage}. */
  public static final String LIST_AUDIT = "standby.local.audit.list";

  /** On this node only: signs a link for a trigger; its path. */
  public static final String SIGN_CALLBACK = "standby.local.callback.sign";

  /** On this node only: which trigger a link is for; {@code TriggerRef}. */
  public static final String OPEN_CALLBACK = "standby.local.callback.open";

  /** On this node only: asks the store for the {@link Access.CallbackSecrets}. */
  public static final String CALLBACK_SECRETS = "standby.local.callback.secrets";

  /** On this node only: has the store keep a new callback secret; {@link Access.Rotation}. */
  public static final String STORE_CALLBACK_SECRET = "standby.local.callback.secrets.store";

  /** On this node only: signs with a new secret; takes for how many seconds the others hold. */
  public static final String ROTATE_CALLBACK_SECRET = "standby.local.callback.secrets.rotate";

  /** On this node only: asks the store for the trigger of a {@code TriggerRef}; null for none. */
  public static final String FIND = "standby.local.find";

  /** On this node only: has the store resolve one trigger; the {@code EventTrigger}. */
  public static final String RESOLVE = "standby.local.resolve";

  /** On this node only: a webhook may be due; says nothing. */
  public static final String WEBHOOK_DUE = "standby.local.webhooks.due";

  /** On this node only: has the store give this node what is due; {@link Webhooks.Due}. */
  public static final String CLAIM_DELIVERIES = "standby.local.webhooks.claim";

  /** On this node only: has the store write down a {@link Webhooks.Tried}; answers null. */
  public static final String RECORD_DELIVERY = "standby.local.webhooks.record";

  /** On this node only: asks the store for the {@link Webhooks.Secrets} of a project. */
  public static final String WEBHOOK_SECRETS = "standby.local.webhooks.secrets";

  /** On this node only: the same, for somebody; {@link Webhooks.Reveal}. */
  public static final String REVEAL_WEBHOOK_SECRETS = "standby.local.webhooks.secrets.reveal";

  /** On this node only: has the store make a new secret; {@link Webhooks.Rotation}. */
  public static final String ROTATE_WEBHOOK_SECRET = "standby.local.webhooks.secrets.rotate";

  private Addresses() {}
}
