package io.pika.node.pubsub;

/** The three name spaces of a table's channels, with the words that Redis has for each. */
public enum ChannelKind {
  CHANNEL("subscribe", "unsubscribe", "message"),
  /** Not a channel but a pattern for channels; its messages say which channel they were published on. */
  PATTERN("psubscribe", "punsubscribe", "pmessage"),
  /** Channels of SPUBLISH: patterns do not find them. */
  SHARD("ssubscribe", "sunsubscribe", "smessage");

  private final String subscribed;
  private final String unsubscribed;
  private final String message;

  ChannelKind(String subscribed, String unsubscribed, String message) {
    this.subscribed = subscribed;
    this.unsubscribed = unsubscribed;
    this.message = message;
  }

  public String subscribed() {
    return subscribed;
  }

  public String unsubscribed() {
    return unsubscribed;
  }

  String message() {
    return message;
  }
}
