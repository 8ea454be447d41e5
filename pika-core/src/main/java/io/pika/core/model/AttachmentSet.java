package io.pika.core.model;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is attached to a table of one kind. Immutable.
 *
 * @param version topology version of the last change, also of one that only removed something; 0: there never was one
 */
public record AttachmentSet(long version, SortedMap<String, Attachment> byName) {
  public static final AttachmentSet EMPTY = new AttachmentSet(0, new TreeMap<>());

  public AttachmentSet {
    byName = Collections.unmodifiableSortedMap(byName);
  }

  public @Nullable Attachment get(String name) {
    return byName.get(name);
  }

  /** By name. */
  public Collection<Attachment> all() {
    return byName.values();
  }

  public AttachmentSet with(long newVersion, Collection<Attachment> puts, Collection<String> removed) {
    TreeMap<String, Attachment> after = new TreeMap<>(byName);
    removed.forEach(after::remove);
    puts.forEach(attachment -> after.put(attachment.name(), attachment));
    return new AttachmentSet(newVersion, after);
  }
}
