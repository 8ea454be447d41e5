package io.pika.node.store;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * ONE slot during ONE batch, under the slot's lock: what the types work on. It is an interface so that they are
 * tested on a fake in memory.
 *
 * <p>Whatever a command changes is visible to it and to the commands after it in the batch, and is dropped
 * again if the command throws. Arrays are shared in both directions: do not change one after handing it in,
 * nor one that was handed out. Not for use after the handler has returned. Reads may go to the disk.
 */
public interface KeySpace {
  /** A point within a command. */
  interface Savepoint {
    /** Takes back what the command has changed since. */
    void takeBack();
  }

  /** The table whose slot it is. */
  int table();

  /** The slot that it is. */
  int slot();

  /** Where the command is now. */
  Savepoint savepoint();

  /** Unix time in milliseconds; stands still during a batch. */
  long nowMs();

  /** A live key's metadata; one that has expired is absent. */
  @Nullable
  Entry find(byte[] key);

  /** Writes a key, whatever was there before; counts it and keeps the expiry index. The elements of another
   * collection that the key had go with it. */
  void put(byte[] key, Entry entry);

  /** Deletes a key with its elements, in time that does not depend on their number. False if the key was not there or
   * had expired. */
  boolean delete(byte[] key);

  /** Deletes a key whose elements have all been deleted before. */
  void deleteEmptied(byte[] key);

  /** Gives a live key, with its elements and its expiry, another name; what had that name goes. */
  void rename(byte[] from, byte[] to);

  /** A number for the elements of a new collection: never used before in this slot. */
  long newCollection();

  /** The elements of a collection. */
  Elements elements(long collection);

  /** Sets the instant at which a live key goes; 0: never. False if the key was not there. An instant that is not
   * after {@link #nowMs()} deletes the key. */
  boolean expireAt(byte[] key, long atMs);

  /** How many keys there are, with those that have expired and are not deleted yet. */
  long keys();

  /** Looks at up to {@code limit} keys after the given one (null: from the first). */
  ScanPage scan(byte @Nullable [] after, KeyFilter filter, int limit);

  /**
   * Walks over the keys of a range, of which it looks at up to {@code limit}.
   *
   * @return where to go on: the first key that was not looked at, or not taken; null: that were all
   */
  byte @Nullable [] walk(KeyRange range, int limit, KeyVisitor visitor);

  /** Any live key; null if there is none. Not every key is equally likely, but each can come. */
  byte @Nullable [] randomKey(RandomGenerator random);

  /** Deletes all keys: one range delete, whatever their number. */
  void clear();

  /** Tells of a key when what the command did is safe, see {@link KeyEvent}; not if the command throws. */
  void announce(char type, String name, byte[] key);

  /** Sends a message when what the command did is safe, see {@link Announcement.Published}; not if the command throws. */
  void publish(boolean toShard, byte[] channel, byte[] content);
}
