package io.pika.core.meta;

import java.util.List;

/** Called by one thread at a time, in order; it may block, and is then only late itself. */
public interface WatchListener {
  /** All changes that one revision made in the range. */
  void changed(long revision, List<WatchEvent> events);

  /**
   * The watch is over. Of kind COMPACTED when the changes it wanted are no longer kept: read the range again and
   * watch from its revision plus one.
   */
  void failed(MetadataException failure);
}
