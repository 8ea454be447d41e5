package io.pika.node.server;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import io.pika.core.topology.Topology;
import io.pika.node.script.Library;
import io.pika.node.script.LibraryReader;
import io.pika.node.script.LibrarySet;
import io.pika.proxy.protocol.RefusalException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The libraries of each table, as the topology tells them, read when they are needed first. Any thread that may block. */
final class TableLibraries {
  private static final Logger LOG = LoggerFactory.getLogger(TableLibraries.class);

  private final Topology topology;
  private final LibraryReader reader;
  private final Map<Integer, Known> tables = new ConcurrentHashMap<>();

  /** What was read of one table; guarded by itself, so that one table's libraries hold up no other's. */
  private static final class Known {
    long version = -1;
    LibrarySet set = LibrarySet.EMPTY;
    Map<Bytes, Library> byCode = Map.of();
  }

  TableLibraries(Topology topology, LibraryReader reader) {
    this.topology = topology;
    this.reader = reader;
  }

  LibrarySet of(int table) {
    AttachmentSet attached = topology.attachments(table, AttachmentKind.LIBRARY);
    return attached.version() == 0 ? LibrarySet.EMPTY : read(table, attached);
  }

  /** The libraries of a set that is, or was, a table's. */
  LibrarySet read(int table, AttachmentSet attached) {
    Known known = tables.computeIfAbsent(table, _ -> new Known());
    synchronized (known) {
      if (known.version != attached.version()) {
        refresh(known, attached);
      }
      return known.set;
    }
  }

  private void refresh(Known known, AttachmentSet attached) {
    Map<Bytes, Library> byCode = new HashMap<>();
    List<Library> all = new ArrayList<>();
    for (Attachment attachment : attached.all()) {
      try {
        Library before = known.byCode.get(attachment.content());
        Library library = before == null ? reader.read(attachment.content().array()) : before;
        byCode.put(attachment.content(), library);
        all.add(library);
      } catch (RefusalException refused) {
        LOG.warn("Library {} of a table cannot be read here and its functions are missing: {}",
            attachment.name(),
            refused.reply().text());
      }
    }
    known.byCode = byCode;
    known.set = LibrarySet.of(all);
    known.version = attached.version();
  }

  void forget(int table) {
    tables.remove(table);
  }
}
