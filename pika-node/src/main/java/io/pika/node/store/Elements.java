package io.pika.node.store;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The elements of one collection, in the byte order of their names. What a name and a value are is the type's
 * business. The same rules as for {@link KeySpace}: under the slot's lock, within a command, arrays are shared.
 * Reads may go to the disk; none of them loads more than what is asked for.
 */
public interface Elements {
  /** The first name. */
  byte[] FROM_START = {};

  byte @Nullable [] get(byte[] name);

  void put(byte[] name, byte[] value);

  /** An absent one is no error. */
  void delete(byte[] name);

  /** Deletes a range with one effect, whatever the number of elements in it. @param to exclusive; null: to the end */
  void deleteRange(byte[] from, byte @Nullable [] to);

  /** Upwards from before the first name at or after {@code from}. Close it. @param to exclusive; null: to the end */
  ElementWalk walk(byte[] from, byte @Nullable [] to);

  /** Downwards from behind the last name before {@code to}. Close it. @param to null: from the end */
  ElementWalk walkBack(byte[] from, byte @Nullable [] to);

  /**
   * The name of some element in a range; null: it is empty. A few seeks, whatever the number of elements; evenly
   * drawn where names are evenly spread, as hashes are.
   *
   * @param to exclusive; null: to the end
   */
  byte @Nullable [] random(byte[] from, byte @Nullable [] to, RandomGenerator random);

  /**
   * What is in a range now, to be read when the slot's lock is not held any more. Costs what the write tier has of the
   * range, not what RocksDB has. Null: too many are open already.
   *
   * @param to exclusive; null: to the end
   */
  @Nullable
  ElementSnapshot snapshot(byte[] from, byte @Nullable [] to);
}
