package io.pika.tests.bench.load;

/** Chooses what the places of a template are filled with. Draws made with the same seed come in the same order. */
public interface Draw {
  /** Number of a key. */
  int key();

  /** Number of an element within a collection. */
  int member();

  /** Any number below {@link Template#NUMBERS}. */
  int any();
}
