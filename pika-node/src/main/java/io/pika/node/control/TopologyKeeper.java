package io.pika.node.control;

import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the topology's changes and keeps them on disk. Applied first: a node whose disk is full must still learn
 * who leads what; but it reports only what it would know again after a restart. Used by one thread.
 */
final class TopologyKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyKeeper.class);

  private final Topology topology;
  private final TopologyCache cache;
  private volatile long durableVersion;
  /** The cache misses a change that could not be written: only a whole snapshot mends it. */
  private boolean behind;
  private volatile @Nullable String trouble;

  TopologyKeeper(Topology topology, TopologyCache cache) {
    this.topology = topology;
    this.cache = cache;
  }

  /** Applies what is on disk; false when there is nothing. */
  boolean load() throws IOException {
    List<TopologyChange> changes = cache.load();
    changes.forEach(topology::apply);
    durableVersion = topology.version();
    return !changes.isEmpty();
  }

  /** False when the change is from a manager that has lost what this node already knows: it is not applied. */
  boolean accept(TopologyChange change) {
    if (change.version() < topology.version()) {
      if (change.snapshot()) {
        trouble = "the manager's topology (version " + change.version()
            + ") is older than this node's (version "
            + topology.version() + "): was the manager restored from an old copy?";
        LOG.error("{}", trouble);
      }
      return !change.snapshot();
    }
    topology.apply(change);
    write(change);
    return true;
  }

  /** Writes what an earlier attempt could not. Cheap when nothing is owed. */
  void catchUp() {
    if (behind) {
      write(snapshot());
    }
  }

  private void write(TopologyChange change) {
    try {
      if (behind || change.snapshot() || cache.wantsSnapshot()) {
        cache.replace(snapshot());
      } else {
        cache.append(change);
      }
      behind = false;
      durableVersion = topology.version();
      trouble = null;
    } catch (IOException failure) {
      behind = true;
      if (trouble == null) {
        LOG.warn("the topology could not be written to disk, will try again: {}", failure.getMessage());
      }
      trouble = "the topology could not be written to disk: " + failure.getMessage();
    }
  }

  private TopologyChange snapshot() {
    return new TopologyChange(topology.version(), true, List.copyOf(topology.nodes()),
        List.copyOf(topology.tables()), List.of(), List.of(), topology.attachments());
  }

  long durableVersion() {
    return durableVersion;
  }

  @Nullable
  String trouble() {
    return trouble;
  }
}
