package io.pika.node.server;

import io.pika.core.model.AttachmentSet;
import io.pika.node.acl.User;
import io.pika.node.pubsub.OwnChannels;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has said about itself: its table, how it proved that it may use it, its protocol and name. Read
 * and changed on the connection's event loop; what CLIENT LIST shows of it is volatile.
 */
final class Session {
  /** The table that a new connection is on. */
  static final int FIRST_TABLE = 0;

  /** What CLIENT LIST shows of a session outside MULTI. */
  private static final int NOT_QUEUEING = -1;

  /** What happens to the replies of coming commands (CLIENT REPLY). */
  enum Replies {
    ON, OFF,
    /** Off for one command. */
    SKIP_ONE
  }

  private final boolean loopback;
  private volatile int table = FIRST_TABLE;
  private volatile int protocol = 2;
  private volatile String name = "";
  /** The table's password hash that this session's password fitted; a change of the table's ends it. */
  private @Nullable String provenHash;
  /** The table's user that it is; null: it came with the table's own password, or without any. */
  private volatile @Nullable String user;
  /** What its user may do, as of a set of users; see {@link TableUsers#of}. */
  private @Nullable User judge;
  private @Nullable AttachmentSet judgedBy;
  /** Whose password is kept; null: a table's own. */
  private @Nullable String keptUser;
  private Supplier<String> clientInfo = () -> "";
  /** The password of the last AUTH, for the next SELECT. */
  private byte @Nullable [] keptPassword;
  /** An AUTH that did not fit: nothing but AUTH, HELLO, SELECT, RESET and QUIT until one fits. */
  private boolean unproven;
  private Replies replies = Replies.ON;
  private final OwnChannels channels = new OwnChannels();
  /** Null: not between MULTI and EXEC. */
  private @Nullable TransactionQueue queue;
  private @Nullable WatchedKeys watched;
  private volatile int queued = NOT_QUEUEING;

  /** @param loopback the client is on this machine: it may use tables without a password */
  Session(boolean loopback) {
    this.loopback = loopback;
  }

  /** As when the connection was made; its name goes too. Its channels are left before, see {@link Subscribing}. */
  void reset() {
    table = FIRST_TABLE;
    protocol = 2;
    name = "";
    provenHash = null;
    user = null;
    keptPassword = null;
    keptUser = null;
    unproven = false;
    replies = Replies.ON;
    endTransaction();
  }

  @Nullable
  TransactionQueue queue() {
    return queue;
  }

  void queue(TransactionQueue begun) {
    queue = begun;
    queueChanged();
  }

  void queueChanged() {
    queued = queue == null ? NOT_QUEUEING : queue.size();
  }

  /** Commands that wait for EXEC; -1: not in a transaction. */
  int queued() {
    return queued;
  }

  @Nullable
  WatchedKeys watched() {
    return watched;
  }

  /** @param keys null: none are watched any more */
  void watched(@Nullable WatchedKeys keys) {
    watched = keys;
  }

  /** No commands wait for EXEC, and nothing is watched. */
  void endTransaction() {
    queue = null;
    watched = null;
    queueChanged();
  }

  /** Bytes of commands that wait for EXEC and of watched keys. */
  long transactionBytes() {
    return (queue == null ? 0 : queue.bytes()) + (watched == null ? 0 : watched.bytes());
  }

  /** The session is on a table whose password fitted. */
  void enter(int newTable, @Nullable String passwordHash) {
    table = newTable;
    provenHash = passwordHash;
    user = null;
    unproven = false;
  }

  /** The session is a user of a table. */
  void enterAs(int newTable, String newUser) {
    table = newTable;
    provenHash = null;
    user = newUser;
    unproven = false;
    judge(null, null);
  }

  /**
   * A password that fitted, or may fit the table of the next SELECT.
   *
   * @param ofUser null: it is a table's own
   */
  void keep(byte[] password, @Nullable String ofUser) {
    keptPassword = password;
    keptUser = ofUser;
  }

  @Nullable
  String keptUser() {
    return keptUser;
  }

  @Nullable
  String user() {
    return user;
  }

  void judge(@Nullable AttachmentSet by, @Nullable User now) {
    judgedBy = by;
    judge = now;
  }

  @Nullable
  AttachmentSet judgedBy() {
    return judgedBy;
  }

  @Nullable
  User judge() {
    return judge;
  }

  /** @param line what CLIENT INFO says of the connection */
  void describedBy(Supplier<String> line) {
    clientInfo = line;
  }

  String clientInfo() {
    return clientInfo.get();
  }

  /** The kept password did not fit the table that the session is on. */
  void lock() {
    provenHash = null;
    user = null;
    unproven = true;
  }

  boolean isUnproven() { return unproven; }

  boolean isLoopback() { return loopback; }

  byte @Nullable [] keptPassword() {
    return keptPassword;
  }

  @Nullable
  String provenHash() {
    return provenHash;
  }

  /** What it is subscribed to, in its table. */
  OwnChannels channels() {
    return channels;
  }

  boolean isSubscriber() { return !channels.isEmpty(); }

  /** In RESP2 a message looks like a reply, so a subscriber sends hardly any commands. */
  boolean isInSubscriberMode() {
    return protocol == 2 && isSubscriber();
  }

  int table() {
    return table;
  }

  int protocol() {
    return protocol;
  }

  void protocol(int version) {
    protocol = version;
  }

  String name() {
    return name;
  }

  void name(String newName) {
    name = newName;
  }

  void replies(Replies next) {
    replies = next;
  }

  boolean sendsReplies() {
    return replies == Replies.ON;
  }

  /** As in Redis, nothing changes while replies are off. */
  void skipNextReply() {
    if (replies == Replies.ON) {
      replies = Replies.SKIP_ONE;
    }
  }

  /** Whether the reply of the command that is read now is sent; counts a SKIP as used. */
  boolean takesReply() {
    if (replies == Replies.SKIP_ONE) {
      replies = Replies.ON;
      return false;
    }
    return replies == Replies.ON;
  }
}
