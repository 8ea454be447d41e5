package io.pika.node.event;

import io.pika.core.bytes.Bytes;
import io.pika.node.engine.KeyHandler;
import io.pika.node.pubsub.PubSub;
import io.pika.node.settings.EventClasses;
import io.pika.node.store.KeyEvent;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Keyspace notifications: sees what commands do to keys, and publishes it in the key's own table when it is safe,
 * as Redis 7.0 does. While they are off, a command costs nothing more. Any thread.
 */
public final class KeyEvents {
  private static final char GENERIC = 'g';
  private static final char NEW = 'n';

  private final PubSub pubSub;
  private volatile EventClasses classes;

  public KeyEvents(PubSub pubSub, EventClasses classes) {
    this.pubSub = pubSub;
    this.classes = classes;
  }

  public void classes(EventClasses now) {
    classes = now;
  }

  /** The same command, whose changes are told of. */
  public KeyHandler observed(KeyHandler handler) {
    return (args, keys) -> {
      if (!classes.isOn()) {
        return handler.run(args, keys);
      }
      ObservedKeySpace observed = new ObservedKeySpace(keys);
      Reply reply = handler.run(args, observed);
      observed.changes().forEach((key, changes) -> announce(args.request(), key, changes, keys));
      return reply;
    };
  }

  private static void announce(Request request, Bytes key, Set<ObservedKeySpace.Change> changes,
      KeySpace keys) {
    EventNames.Name name = EventNames.of(request, key);
    for (ObservedKeySpace.Change change : changes) {
      switch (change) {
        case MADE -> keys.announce(NEW, "new", key.array());
        case WRITTEN -> {
          if (name != null) {
            keys.announce(name.type(), name.text(), key.array());
          }
        }
        case WRITTEN_WITH_EXPIRY -> {
          if (EventNames.tellsExpiry(request)) {
            keys.announce(GENERIC, "expire", key.array());
          }
        }
        case EXPIRY_SET -> keys.announce(GENERIC, "expire", key.array());
        case EXPIRY_CLEARED -> keys.announce(GENERIC, "persist", key.array());
        case RENAMED_FROM -> keys.announce(GENERIC, "rename_from", key.array());
        case RENAMED_TO -> keys.announce(GENERIC, "rename_to", key.array());
        case DELETED -> {
          if (name != null && name.isOfElements() && !changes.contains(ObservedKeySpace.Change.WRITTEN)) {
            keys.announce(name.type(), name.text(), key.array());
          }
          keys.announce(GENERIC, "del", key.array());
        }
      }
    }
  }

  /** What happened is safe. */
  public void happened(KeyEvent event) {
    EventClasses now = classes;
    if (!now.has(event.type())) {
      return;
    }
    byte[] name = event.name().getBytes(StandardCharsets.UTF_8);
    if (now.has(EventClasses.KEYSPACE)) {
      pubSub.tell(event.table(), channel("__keyspace@", event.table(), event.key().array()), name);
    }
    if (now.has(EventClasses.KEYEVENT)) {
      pubSub.tell(event.table(), channel("__keyevent@", event.table(), name), event.key().array());
    }
  }

  private static Bytes channel(String prefix, int table, byte[] last) {
    ByteArrayOutputStream channel = new ByteArrayOutputStream();
    channel.writeBytes((prefix + table + "__:").getBytes(StandardCharsets.UTF_8));
    channel.writeBytes(last);
    return Bytes.of(channel.toByteArray());
  }
}
