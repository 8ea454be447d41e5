package io.pika.cli.local;

/** One process of a local cluster: the manager, or node 1, 2, and so on. */
public sealed interface Member {
  /** Names its files and is shown: {@code manager}, {@code node-1}. */
  String name();

  record Manager() implements Member {
    @Override
    public String name() {
      return "manager";
    }
  }

  /** @param number from 1; also decides its ports */
  record Node(int number) implements Member {
    @Override
    public String name() {
      return "node-" + number;
    }
  }
}
