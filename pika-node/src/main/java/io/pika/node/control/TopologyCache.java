package io.pika.node.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pika.core.bytes.Bytes;
import io.pika.core.journal.DirectoryDisk;
import io.pika.core.journal.Journal;
import io.pika.core.journal.JournalException;
import io.pika.core.journal.JournalFormat;
import io.pika.core.rpc.AttachmentsEntry;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.core.topology.TopologyChange;
import io.pika.core.topology.TopologyCodec;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topology on the node's disk: a journal of the manager's own messages, from which the node starts when no
 * manager answers. Only a copy: a damaged one is put aside and the manager is asked. Used by one thread.
 */
public final class TopologyCache implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyCache.class);
  private static final JournalFormat FORMAT = new JournalFormat("topology", 1);
  private static final int TABLES_PER_RECORD = 500;

  private final Journal journal;
  private final List<TopologyChange> found;

  private TopologyCache(Journal journal, List<TopologyChange> found) {
    this.journal = journal;
    this.found = found;
  }

  /** @param directory its own; made when it is not there */
  public static TopologyCache open(Path directory) throws IOException {
    try {
      return read(directory);
    } catch (JournalException refused) {
      if (refused.kind() != JournalException.Kind.DAMAGED) {
        throw refused;
      }
      Path aside = directory.resolveSibling(directory.getFileName() + ".damaged");
      LOG.error("{}; put aside as {}, the manager will be asked for the topology", refused.getMessage(),
          aside);
      Files.createDirectories(aside);
      Files.move(directory.resolve("journal"), aside.resolve("journal"), StandardCopyOption.REPLACE_EXISTING);
      return read(directory);
    }
  }

  private static TopologyCache read(Path directory) throws IOException {
    List<TopologyChange> found = new ArrayList<>();
    TopologyAssembly assembly = new TopologyAssembly();
    try {
      Journal journal = Journal.open(DirectoryDisk.at(directory), FORMAT, new Journal.Recovery() {
        @Override
        public void snapshot(Bytes record) {
          appended(record);
        }

        @Override
        public void appended(Bytes record) {
          TopologyChange change = assembly.add(decode(record));
          if (change != null) {
            found.add(change);
          }
        }
      });
      return new TopologyCache(journal, found);
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }

  private static TopologyUpdate decode(Bytes record) {
    try {
      return TopologyUpdate.parseFrom(record.array());
    } catch (InvalidProtocolBufferException newer) {
      throw new UncheckedIOException(newer);
    }
  }

  /** What was on disk at opening, in order. */
  List<TopologyChange> load() {
    return List.copyOf(found);
  }

  /** Returns when the change is safe. */
  void append(TopologyChange change) throws IOException {
    journal.append(List.of(Bytes.of(TopologyCodec.encode(change).toByteArray())));
  }

  boolean wantsSnapshot() {
    return journal.compactionDue();
  }

  /** Returns when the snapshot has taken the place of all before it. */
  void replace(TopologyChange snapshot) throws IOException {
    TopologyUpdate whole = TopologyCodec.encode(snapshot);
    List<Bytes> records = new ArrayList<>();
    for (int from = 0; from < whole.getTablesCount(); from += TABLES_PER_RECORD) {
      int to = Math.min(from + TABLES_PER_RECORD, whole.getTablesCount());
      records.add(Bytes.of(TopologyUpdate.newBuilder().setVersion(whole.getVersion()).setSnapshot(true)
          .addAllTables(whole.getTablesList().subList(from, to)).build().toByteArray()));
    }
    // Each set by itself: at its most it is as large as a record should be.
    for (AttachmentsEntry set : whole.getAttachmentsList()) {
      records.add(Bytes.of(TopologyUpdate.newBuilder().setVersion(whole.getVersion()).setSnapshot(true)
          .addAttachments(set).build().toByteArray()));
    }
    records.add(Bytes.of(whole.toBuilder().clearTables().clearAttachments().build().toByteArray()));
    journal.compact(records);
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
