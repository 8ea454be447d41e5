package io.pika.cli.local;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ports of a local cluster, all from one base: clients connect to node n at {@code base + n}.
 *
 * @param base {@value #LEAST} to {@value #MOST}, so that every port made from it is one
 */
public record Ports(int base) {
  public static final int DEFAULT_BASE = 9220;
  public static final int MAX_NODES = 64;
  public static final int LEAST = 2024;
  public static final int MOST = 55_000;
  private static final int PEER = 10_000;
  private static final int ADMIN = -1000;
  private static final int MANAGER_REST = 80;
  private static final int MANAGER_RPC = 81;

  public Ports {
    if (base < LEAST || base > MOST) {
      throw new IllegalArgumentException("the base port must be from " + LEAST + " to " + MOST);
    }
  }

  public int client(int node) {
    return base + node;
  }

  public int peer(int node) {
    return base + PEER + node;
  }

  public int admin(int node) {
    return base + ADMIN + node;
  }

  public int managerRest() {
    return base + MANAGER_REST;
  }

  public int managerRpc() {
    return base + MANAGER_RPC;
  }

  /** What a process listens on, by what it is for. */
  public Map<String, Integer> of(Member member) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    switch (member) {
      case Member.Manager() -> {
        ports.put("REST", managerRest());
        ports.put("nodes", managerRpc());
      }
      case Member.Node(int number) -> {
        ports.put("clients", client(number));
        ports.put("other nodes", peer(number));
        ports.put("health", admin(number));
      }
    }
    return ports;
  }
}
