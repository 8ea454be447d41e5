package io.pika.core.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the memory of a node's process is shared out. The operator gives one number, the setting {@code memory}; the heap, what
 * Netty may take outside of it and what is kept of the data must fit into it, beside the JVM itself. Launcher, doctor and node
 * reckon with the same shares: the launcher gives the JVM its limits, the node takes for data what they leave.
 *
 * @param budgetBytes of the whole process, as the operating system counts it
 * @param heapBytes most that the heap may take, -Xmx
 * @param directBytes most that clients' requests and replies may take outside of it, -XX:MaxDirectMemorySize
 */
public record NodeMemory(long budgetBytes, long heapBytes, long directBytes) {
  private static final long MIB = 1L << 20;

  /**
   * The JVM's code, classes, threads and collector, the native libraries, and what allocators do not give back. Measured:
   * docs/performance.md.
   */
  public static final long JVM_BYTES = 160 * MIB;
  public static final long LEAST_DATA_BYTES = 16 * MIB;

  public static final String HEAP_OPTION = "-Xmx";
  public static final String DIRECT_OPTION = "-XX:MaxDirectMemorySize=";

  public static final Setting<Long> SETTING = Setting.bytes("memory", "1536mb",
      "Memory of the whole process: 160 MB for the JVM itself; the heap and what clients' requests and replies take outside of it,"
          + " each 3/8 of the rest as ./pika up starts a node, at most 4 GB and 2 GB; and data with all that is left. At most"
          + " what the machine has.")
      .between("256mb", "1024gb");

  private static final long LEAST_HEAP_BYTES = 64 * MIB;
  private static final long MOST_HEAP_BYTES = 4096 * MIB;
  private static final long LEAST_DIRECT_BYTES = 32 * MIB;
  private static final long MOST_DIRECT_BYTES = 2048 * MIB;

  /** The limits that a JVM should have for this budget, in whole MB. */
  public static NodeMemory planned(long budgetBytes) {
    long share = (budgetBytes - JVM_BYTES) / 8 * 3 / MIB * MIB;
    return new NodeMemory(budgetBytes, Math.clamp(share, LEAST_HEAP_BYTES, MOST_HEAP_BYTES),
        Math.clamp(share, LEAST_DIRECT_BYTES, MOST_DIRECT_BYTES));
  }

  /** What is left for data outside of the heap; may be negative. */
  public long dataBytes() {
    return budgetBytes - heapBytes - directBytes - JVM_BYTES;
  }

  /** Arguments of a JVM that has these limits. */
  public List<String> jvmArguments() {
    return List.of(HEAP_OPTION + heapBytes / MIB + "m", DIRECT_OPTION + directBytes / MIB + "m");
  }

  /**
   * Why a node must not start so, with what to do; null: it may.
   *
   * @param machineBytes what the machine, or the process's control group, has
   */
  public @Nullable String refusal(long machineBytes) {
    if (budgetBytes > machineBytes) {
      return "memory is " + text(budgetBytes) + ", but there are only " + text(machineBytes)
          + " here: set memory to less";
    }
    if (dataBytes() >= LEAST_DATA_BYTES) {
      return null;
    }
    String parts = "memory is " + text(budgetBytes) + ", of which the heap may take " + text(heapBytes)
        + ", requests and replies " + text(directBytes) + ", the JVM itself " + text(JVM_BYTES)
        + ": that leaves "
        + (dataBytes() < 0 ? "nothing" : text(dataBytes())) + " for data, and " + text(LEAST_DATA_BYTES)
        + " are needed; ";
    NodeMemory planned = planned(budgetBytes);
    return parts + (planned.dataBytes() >= LEAST_DATA_BYTES
        ? "set memory to more, or start the JVM with " + String.join(" ", planned.jvmArguments())
        : "set memory to more");
  }

  private static String text(long bytes) {
    return bytes / MIB + " MB";
  }
}
