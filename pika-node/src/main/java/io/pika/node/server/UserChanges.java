package io.pika.node.server;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.AttachmentKind;
import io.pika.core.topology.AttachmentsChange;
import io.pika.core.topology.TopologyChange;
import io.pika.node.acl.User;
import io.pika.node.pubsub.ChannelKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What changes of users mean to those who are connected, as in Redis: who was deleted is disconnected, and so is a
 * subscriber who may not be subscribed any more. Everything else holds from the next command on.
 */
final class UserChanges {
  private static final Logger LOG = LoggerFactory.getLogger(UserChanges.class);

  private final ClientConnections connections;
  private final TableUsers users;

  UserChanges(ClientConnections connections, TableUsers users) {
    this.connections = connections;
    this.users = users;
  }

  /** On the thread that brings the change; what is to be done is done on the connections' own. */
  void topologyChanged(TopologyChange change) {
    for (AttachmentsChange set : change.attachments()) {
      if (set.kind() == AttachmentKind.USER && !change.snapshot()) {
        connections.on(set.table()).forEach(each -> check(each, set));
      }
    }
    if (change.snapshot()) {
      connections.all().forEach(this::check);
    }
  }

  private void check(ClientConnection connection, AttachmentsChange set) {
    String name = connection.session().user();
    if (name == null) {
      return;
    }
    // By name: a user of the same name may have been made since.
    if (set.removed().contains(name)) {
      connection.channel().eventLoop().execute(() -> cutIf(connection, set.table(), name));
    } else if (set.puts().stream().anyMatch(put -> put.name().equals(name))) {
      check(connection);
    }
  }

  private static void cutIf(ClientConnection connection, int table, String name) {
    if (connection.session().table() == table && name.equals(connection.session().user())) {
      cut(connection, "its user was deleted");
    }
  }

  private void check(ClientConnection connection) {
    if (connection.session().user() != null) {
      connection.channel().eventLoop().execute(() -> checkNow(connection));
    }
  }

  private void checkNow(ClientConnection connection) {
    Session session = connection.session();
    if (session.user() == null) {
      return;
    }
    User user = users.of(session);
    if (user == null) {
      cut(connection, "its user was deleted");
    } else if (!maySubscribe(user, session)) {
      cut(connection, "it is subscribed to what its user may not see any more");
    }
  }

  private static boolean maySubscribe(User user, Session session) {
    for (ChannelKind kind : ChannelKind.values()) {
      for (Bytes name : session.channels().names(kind)) {
        if (!user.maySubscribe(name.array(), kind == ChannelKind.PATTERN)) {
          return false;
        }
      }
    }
    return true;
  }

  private static void cut(ClientConnection connection, String why) {
    LOG.info("disconnecting client {}: {}", connection.address(), why);
    connection.cut();
  }
}
