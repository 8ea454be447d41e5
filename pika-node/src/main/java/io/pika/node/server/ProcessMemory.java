package io.pika.node.server;

import com.sun.management.OperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import io.pika.core.settings.NodeMemory;
import io.pika.core.settings.Settings;
import io.pika.node.settings.NodeSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process has of memory, and may have. Any thread. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** The budget that was set, and the limits that the JVM runs with. */
  public static NodeMemory shares(Settings settings) {
    return new NodeMemory(settings.get(NodeSettings.MEMORY), Runtime.getRuntime().maxMemory(),
        PlatformDependent.maxDirectMemory());
  }

  /** Of the machine, or of the control group that the process is in. */
  public static long machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** As the kernel counts it; 0: this system does not tell. */
  static long residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (IOException untold) {
      return 0;
    }
    return 0;
  }

  private ProcessMemory() {}
}
