package io.pika.node.type;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.ElementSnapshot;
import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One collection in memory. A walk sees what was there when it began, so that types which change what lies ahead fail. */
final class InMemoryElements implements Elements {
  private final NavigableMap<Bytes, byte[]> elements;

  InMemoryElements(NavigableMap<Bytes, byte[]> elements) {
    this.elements = elements;
  }

  @Override
  public byte @Nullable [] get(byte[] name) {
    return elements.get(Bytes.of(name));
  }

  @Override
  public void put(byte[] name, byte[] value) {
    elements.put(Bytes.of(name), value);
  }

  @Override
  public void delete(byte[] name) {
    elements.remove(Bytes.of(name));
  }

  @Override
  public void deleteRange(byte[] from, byte @Nullable [] to) {
    part(from, to).clear();
  }

  @Override
  public ElementWalk walk(byte[] from, byte @Nullable [] to) {
    return new Walk(copies(part(from, to)));
  }

  @Override
  public ElementWalk walkBack(byte[] from, byte @Nullable [] to) {
    return new Walk(copies(part(from, to).descendingMap()));
  }

  @Override
  public byte @Nullable [] random(byte[] from, byte @Nullable [] to, RandomGenerator random) {
    List<Bytes> names = List.copyOf(part(from, to).keySet());
    return names.isEmpty() ? null : names.get(random.nextInt(names.size())).array();
  }

  @Override
  public ElementSnapshot snapshot(byte[] from, byte @Nullable [] to) {
    InMemoryElements copy = new InMemoryElements(new TreeMap<>(part(from, to)));
    return new ElementSnapshot() {
      @Override
      public ElementWalk walk(byte[] walkFrom, byte @Nullable [] walkTo) {
        return copy.walk(walkFrom, walkTo);
      }

      @Override
      public ElementWalk walkBack(byte[] walkFrom, byte @Nullable [] walkTo) {
        return copy.walkBack(walkFrom, walkTo);
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }

  private NavigableMap<Bytes, byte[]> part(byte[] from, byte @Nullable [] to) {
    return to == null
        ? elements.tailMap(Bytes.of(from), true)
        : elements.subMap(Bytes.of(from), true, Bytes.of(to), false);
  }

  private static Iterator<Map.Entry<Bytes, byte[]>> copies(Map<Bytes, byte[]> part) {
    return part.entrySet().stream().map(Map.Entry::copyOf).toList().iterator();
  }

  private static final class Walk implements ElementWalk {
    private final Iterator<Map.Entry<Bytes, byte[]>> rest;
    private Map.@Nullable Entry<Bytes, byte[]> at;

    Walk(Iterator<Map.Entry<Bytes, byte[]>> rest) {
      this.rest = rest;
    }

    @Override
    public boolean next() {
      at = rest.hasNext() ? rest.next() : null;
      return at != null;
    }

    @Override
    public byte[] name() {
      return here().getKey().array();
    }

    @Override
    public byte[] value() {
      return here().getValue();
    }

    private Map.Entry<Bytes, byte[]> here() {
      if (at == null) {
        throw new IllegalStateException("the walk is at no element");
      }
      return at;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
