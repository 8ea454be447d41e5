package io.pika.tests.measure;

import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A command as applications send it to a big collection, with other random elements each time.
 *
 * @param same whether both servers must answer the same to the same request, as long as nothing was changed
 */
record Typical(String name, boolean same, Function<RandomGenerator, String[]> request) {
  /** It reads something that has one right answer. */
  static Typical read(String name, Function<RandomGenerator, String[]> request) {
    return new Typical(name, true, request);
  }

  /** It changes something, or its answer is up to the server. */
  static Typical other(String name, Function<RandomGenerator, String[]> request) {
    return new Typical(name, false, request);
  }
}
