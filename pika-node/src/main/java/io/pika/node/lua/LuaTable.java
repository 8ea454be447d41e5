package io.pika.node.lua;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A table as ltable.c of Lua 5.1 keeps it: an array part, and a hash part in which colliding entries are chained through
 * free places of the same array. It is built the same way because the order of {@code next}, which scripts see, follows from it, and
 * with it the length of a table with holes.
 */
public final class LuaTable {
  private static final int MAX_BITS = 26;
  /** About what an entry of either part takes, with a boxed number. */
  private static final int ARRAY_BYTES = 24;
  private static final int NODE_BYTES = 56;
  static final int TABLE_BYTES = 72;
  private static final Object[] NO_VALUES = {};
  private static final int[] NO_LINKS = {};

  private Object[] array = NO_VALUES;
  /** Keys of the hash part; NIL: never used. Its size is a power of two, or 0. */
  private Object[] keys = NO_VALUES;
  private Object[] values = NO_VALUES;
  /** Place of the next entry of the same chain; -1: none. */
  private int[] links = NO_LINKS;
  /** All places from here on are taken. */
  private int lastFree;
  private @Nullable LuaTable metatable;
  private boolean readOnly;

  public LuaTable() {}

  /** @param arraySize,hashSize how many entries are coming, as OP_NEWTABLE is told */
  LuaTable(int arraySize, int hashSize) {
    if (arraySize > 0) {
      array = nils(arraySize);
    }
    setNodes(hashSize);
  }

  private static Object[] nils(int size) {
    Object[] nils = new Object[size];
    Arrays.fill(nils, Nil.NIL);
    return nils;
  }

  public @Nullable LuaTable metatable() {
    return metatable;
  }

  public void metatable(@Nullable LuaTable table) {
    metatable = table;
  }

  boolean isReadOnly() { return readOnly; }

  /** From now on it can only be read, by any number of threads. */
  public LuaTable freeze() {
    readOnly = true;
    return this;
  }

  long bytes() {
    return TABLE_BYTES + (long) array.length * ARRAY_BYTES + (long) keys.length * NODE_BYTES;
  }

  Object[] arrayPart() {
    return array;
  }

  Object[] hashKeys() {
    return keys;
  }

  Object[] hashValues() {
    return values;
  }

  public Object get(Object key) {
    if (key instanceof Double number) {
      double value = number;
      int index = (int) value;
      if (index == value && index >= 1 && index <= array.length) {
        return array[index - 1];
      }
    }
    int at = find(key);
    return at < 0 ? Nil.NIL : values[at];
  }

  public Object get(int index) {
    if (index >= 1 && index <= array.length) {
      return array[index - 1];
    }
    return keys.length == 0 ? Nil.NIL : get(Double.valueOf(index));
  }

  public Object get(String name) {
    return keys.length == 0 ? Nil.NIL : get(LuaString.of(name));
  }

  /** Place of a key in the hash part; -1: none. */
  private int find(Object key) {
    if (keys.length == 0 || key == Nil.NIL) {
      return -1;
    }
    int at = mainPosition(key);
    while (at >= 0 && !sameKey(keys[at], key)) {
      at = links[at];
    }
    return at;
  }

  private static boolean sameKey(Object a, Object b) {
    if (a == b) {
      return true;
    }
    if (a instanceof Double x) {
      return b instanceof Double y && x.doubleValue() == y.doubleValue();
    }
    return a instanceof LuaString string && string.equals(b) || a instanceof Boolean && a.equals(b);
  }

  private int mainPosition(Object key) {
    int mask = keys.length - 1;
    return switch (key) {
      case LuaString string -> string.hashCode() & mask;
      case Double number -> {
        if (number == 0) {
          yield 0;
        }
        long bits = Double.doubleToRawLongBits(number);
        yield Integer.remainderUnsigned((int) bits + (int) (bits >>> 32), mask | 1);
      }
      case Boolean truth -> (truth ? 1 : 0) & mask;
      default -> Integer.remainderUnsigned(System.identityHashCode(key), mask | 1);
    };
  }

  public void set(LuaState state, String name, Object value) {
    set(state, LuaString.of(name), value);
  }

  public void set(LuaState state, int index, Object value) {
    if (index >= 1 && index <= array.length) {
      array[index - 1] = value;
    } else {
      set(state, Double.valueOf(index), value);
    }
  }

  /** Sets an entry, without metamethods. The key is not nil or NaN. Growing is charged to the script. */
  public void set(LuaState state, Object key, Object value) {
    if (key instanceof Double number) {
      double index = number;
      int whole = (int) index;
      if (whole == index && whole >= 1 && whole <= array.length) {
        array[whole - 1] = value;
        return;
      }
    }
    int at = find(key);
    if (at >= 0) {
      values[at] = value;
    } else {
      insert(state, key, value);
    }
  }

  private void insert(LuaState state, Object key, Object value) {
    int main = keys.length == 0 ? -1 : mainPosition(key);
    if (main < 0 || values[main] != Nil.NIL) {
      int free = main < 0 ? -1 : freePlace();
      if (free < 0) {
        rehash(state, key);
        set(state, key, value);
        return;
      }
      int other = mainPosition(keys[main]);
      if (other != main) {
        while (links[other] != main) {
          other = links[other];
        }
        links[other] = free;
        keys[free] = keys[main];
        values[free] = values[main];
        links[free] = links[main];
        links[main] = -1;
        values[main] = Nil.NIL;
      } else {
        links[free] = links[main];
        links[main] = free;
        main = free;
      }
    }
    keys[main] = key;
    values[main] = value;
  }

  private int freePlace() {
    while (lastFree-- > 0) {
      if (keys[lastFree] == Nil.NIL) {
        return lastFree;
      }
    }
    return -1;
  }

  private void rehash(LuaState state, Object extraKey) {
    int[] slices = new int[MAX_BITS + 1];
    int arrayUse = countArray(slices);
    int total = arrayUse;
    for (int i = 0; i < keys.length; i++) {
      if (values[i] != Nil.NIL) {
        arrayUse += countIndex(keys[i], slices);
        total++;
      }
    }
    arrayUse += countIndex(extraKey, slices);
    total++;
    int size = 0;
    int inArray = 0;
    int sum = 0;
    for (int i = 0, power = 1; power / 2 < arrayUse && i <= MAX_BITS; i++, power *= 2) {
      sum += slices[i];
      if (slices[i] > 0 && sum > power / 2) {
        size = power;
        inArray = sum;
      }
      if (sum == arrayUse) {
        break;
      }
    }
    resize(state, size, total - inArray);
  }

  private int countArray(int[] slices) {
    int used = 0;
    int i = 1;
    for (int bit = 0, power = 1; bit <= MAX_BITS && i <= array.length; bit++, power *= 2) {
      int limit = Math.min(power, array.length);
      for (; i <= limit; i++) {
        if (array[i - 1] != Nil.NIL) {
          slices[bit]++;
          used++;
        }
      }
    }
    return used;
  }

  private static int countIndex(Object key, int[] slices) {
    if (key instanceof Double number) {
      int index = number.intValue();
      if (index == number && index >= 1 && index <= 1 << MAX_BITS) {
        slices[ceilLog2(index)]++;
        return 1;
      }
    }
    return 0;
  }

  private static int ceilLog2(int value) {
    return value <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(value - 1);
  }

  /** Makes room in the array part for a list that is known. */
  void reserve(LuaState state, int arraySize) {
    if (arraySize > array.length) {
      int used = keys.length;
      resize(state, arraySize, used);
    }
  }

  private void resize(LuaState state, int arraySize, int hashSize) {
    long before = bytes();
    long after = TABLE_BYTES + (long) arraySize * ARRAY_BYTES
        + (hashSize == 0 ? 0L : (1L << ceilLog2(hashSize)) * NODE_BYTES);
    state.charge(Math.max(after, after - before));
    Object[] oldArray = array;
    Object[] oldKeys = keys;
    Object[] oldValues = values;
    array = Arrays.copyOf(oldArray, arraySize);
    if (arraySize > oldArray.length) {
      Arrays.fill(array, oldArray.length, arraySize, Nil.NIL);
    }
    setNodes(hashSize);
    for (int i = arraySize; i < oldArray.length; i++) {
      if (oldArray[i] != Nil.NIL) {
        set(state, Double.valueOf(i + 1), oldArray[i]);
      }
    }
    for (int i = oldKeys.length - 1; i >= 0; i--) {
      if (oldValues[i] != Nil.NIL) {
        set(state, oldKeys[i], oldValues[i]);
      }
    }
  }

  private void setNodes(int size) {
    int places = size == 0 ? 0 : 1 << ceilLog2(size);
    keys = places == 0 ? NO_VALUES : nils(places);
    values = places == 0 ? NO_VALUES : nils(places);
    links = places == 0 ? NO_LINKS : new int[places];
    Arrays.fill(links, -1);
    lastFree = places;
  }

  /** A border: a place with a value that is followed by one without. */
  public int length() {
    int size = array.length;
    if (size > 0 && array[size - 1] == Nil.NIL) {
      return border(0, size);
    }
    if (keys.length == 0) {
      return size;
    }
    int low = size;
    int high = size + 1;
    while (get(high) != Nil.NIL) {
      low = high;
      high *= 2;
      if (high < 0) {
        return low;
      }
    }
    return border(low, high);
  }

  private int border(int from, int to) {
    int low = from;
    int high = to;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (get(middle) == Nil.NIL) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /**
   * Where to go on after a key: a place that {@link #keyAt} and {@link #valueAt} take; -1: that was the last one.
   *
   * @param key NIL: from the start
   * @throws IllegalArgumentException there is no such key
   */
  public int placeAfter(Object key) {
    int place = 0;
    if (key != Nil.NIL) {
      place = placeOf(key) + 1;
    }
    return placeFrom(place);
  }

  /** The first place with a value from a place on; -1: none. */
  public int placeFrom(int from) {
    int place = from;
    for (; place < array.length; place++) {
      if (array[place] != Nil.NIL) {
        return place;
      }
    }
    for (; place < array.length + keys.length; place++) {
      if (values[place - array.length] != Nil.NIL) {
        return place;
      }
    }
    return -1;
  }

  private int placeOf(Object key) {
    if (key instanceof Double number) {
      int index = number.intValue();
      if (index == number && index >= 1 && index <= array.length) {
        return index - 1;
      }
    }
    int at = find(key);
    if (at < 0) {
      throw new IllegalArgumentException("no such key");
    }
    return array.length + at;
  }

  public Object keyAt(int place) {
    return place < array.length ? Double.valueOf(place + 1) : keys[place - array.length];
  }

  public Object valueAt(int place) {
    return place < array.length ? array[place] : values[place - array.length];
  }
}
