package io.pika.node.event;

import io.pika.node.store.ElementSnapshot;
import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The elements of a collection, for a command whose changes are noted. */
final class ObservedElements implements Elements {
  private final Elements elements;
  private final Runnable changed;

  ObservedElements(Elements elements, Runnable changed) {
    this.elements = elements;
    this.changed = changed;
  }

  @Override
  public byte @Nullable [] get(byte[] name) {
    return elements.get(name);
  }

  @Override
  public void put(byte[] name, byte[] value) {
    elements.put(name, value);
    changed.run();
  }

  @Override
  public void delete(byte[] name) {
    elements.delete(name);
    changed.run();
  }

  @Override
  public void deleteRange(byte[] from, byte @Nullable [] to) {
    elements.deleteRange(from, to);
    changed.run();
  }

  @Override
  public ElementWalk walk(byte[] from, byte @Nullable [] to) {
    return elements.walk(from, to);
  }

  @Override
  public ElementWalk walkBack(byte[] from, byte @Nullable [] to) {
    return elements.walkBack(from, to);
  }

  @Override
  public byte @Nullable [] random(byte[] from, byte @Nullable [] to, RandomGenerator random) {
    return elements.random(from, to, random);
  }

  @Override
  public @Nullable ElementSnapshot snapshot(byte[] from, byte @Nullable [] to) {
    return elements.snapshot(from, to);
  }
}
