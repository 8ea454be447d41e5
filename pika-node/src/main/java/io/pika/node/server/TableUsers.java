package io.pika.node.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import io.pika.core.model.StoredUser;
import io.pika.core.topology.Topology;
import io.pika.node.acl.User;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The users of tables as this node's topology has them, each made ready once to judge requests. Any thread. */
final class TableUsers {
  private static final Logger LOG = LoggerFactory.getLogger(TableUsers.class);
  /** Who logs in with the table's own password. */
  static final String DEFAULT = StoredUser.DEFAULT;

  private final Topology topology;
  private final Cache<Attachment, User> ready = Caffeine.newBuilder().weakKeys().build();

  TableUsers(Topology topology) {
    this.topology = topology;
  }

  AttachmentSet set(int table) {
    return topology.attachments(table, AttachmentKind.USER);
  }

  /** Null: there is none of that name; {@link #DEFAULT} is none of these. */
  @Nullable
  User find(int table, String name) {
    return in(set(table), name);
  }

  @Nullable
  User in(AttachmentSet set, String name) {
    Attachment stored = set.get(name);
    return stored == null ? null : ready.get(stored, TableUsers::made);
  }

  /** One that cannot be read may do nothing, and cannot log in. */
  private static User made(Attachment stored) {
    try {
      return User.of(StoredUser.decode(stored.content()));
    } catch (IllegalArgumentException damaged) {
      LOG.error("the user {} cannot be read", stored.name(), damaged);
      return User.of(new StoredUser(false, false, List.of(), List.of()));
    }
  }

  /** The user that a session is; null when it uses the table's own password, or when its user is gone. */
  @Nullable
  User of(Session session) {
    String name = session.user();
    if (name == null) {
      return null;
    }
    AttachmentSet now = set(session.table());
    if (session.judgedBy() != now) {
      session.judge(now, in(now, name));
    }
    return session.judge();
  }

  boolean isGone(Session session) {
    return session.user() != null && of(session) == null;
  }
}
