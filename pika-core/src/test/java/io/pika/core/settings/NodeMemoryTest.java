package io.pika.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeMemoryTest {
  private static final long MIB = 1L << 20;
  private static final long MACHINE = 1L << 41;

  @Test
  void everyAllowedBudgetIsSharedOutOrRefused() {
    for (long mb = 256; mb <= 1 << 20; mb += 1 + mb / 64) {
      NodeMemory memory = NodeMemory.planned(mb * MIB);
      assertThat(memory.heapBytes() + memory.directBytes() + NodeMemory.JVM_BYTES + memory.dataBytes())
          .isEqualTo(mb * MIB);
      assertThat(memory.refusal(MACHINE) == null).as("%d MB", mb)
          .isEqualTo(memory.dataBytes() >= NodeMemory.LEAST_DATA_BYTES);
    }
  }

  @Test
  void theDefaultSharesAreKnown() {
    NodeMemory memory = NodeMemory.planned(NodeMemory.SETTING.defaultValue());
    assertThat(memory.jvmArguments()).containsExactly("-Xmx516m", "-XX:MaxDirectMemorySize=516m");
    assertThat(memory.dataBytes()).isEqualTo(344 * MIB);
  }

  @Test
  void largeBudgetsAreForData() {
    NodeMemory memory = NodeMemory.planned(64L << 30);
    assertThat(memory.jvmArguments()).containsExactly("-Xmx4096m", "-XX:MaxDirectMemorySize=2048m");
    assertThat(memory.dataBytes()).isGreaterThan(57L << 30);
  }

  @Test
  void moreThanTheMachineHasIsRefused() {
    NodeMemory memory = NodeMemory.planned(2048 * MIB);
    assertThat(memory.refusal(2048 * MIB)).isNull();
    assertThat(memory.refusal(2000 * MIB))
        .isEqualTo("memory is 2048 MB, but there are only 2000 MB here: set memory to less");
  }

  @Test
  void tooLittleForDataIsRefusedWithWhatToDo() {
    assertThat(new NodeMemory(1536 * MIB, 6000 * MIB, 6000 * MIB).refusal(MACHINE)).isEqualTo(
        "memory is 1536 MB, of which the heap may take 6000 MB, requests and replies 6000 MB, the JVM itself 160 MB:"
            + " that leaves nothing for data, and 16 MB are needed; set memory to more, or start the JVM with"
            + " -Xmx516m -XX:MaxDirectMemorySize=516m");
    assertThat(NodeMemory.planned(256 * MIB).refusal(MACHINE))
        .endsWith("16 MB are needed; set memory to more");
    assertThat(new NodeMemory(576 * MIB, 200 * MIB, 200 * MIB).refusal(MACHINE)).isNull();
    assertThat(new NodeMemory(575 * MIB, 200 * MIB, 200 * MIB).refusal(MACHINE))
        .contains("leaves 15 MB for data");
  }

  @Test
  void oneSettingOfAFileIsReadWithoutKnowingTheOthers(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("node.yaml");
    assertThat(Settings.peek(NodeMemory.SETTING, file)).isEqualTo(1536 * MIB);
    Files.writeString(file, "port: 1\nmemory: 2gb\nother: x\n");
    assertThat(Settings.peek(NodeMemory.SETTING, file)).isEqualTo(2048 * MIB);
    Files.writeString(file, "memory: lots\n");
    assertThat(Settings.peek(NodeMemory.SETTING, file)).isEqualTo(1536 * MIB);
  }
}
