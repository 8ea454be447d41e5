package io.pika.testkit.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pika.core.bytes.Bytes;
import io.pika.core.journal.DirectoryDisk;
import io.pika.core.journal.Disk;
import io.pika.core.journal.JournalException;
import io.pika.core.meta.EmbeddedMetadataStore;
import io.pika.core.meta.KeyRange;
import io.pika.core.meta.Lease;
import io.pika.core.meta.MetadataException;
import io.pika.core.meta.MetadataStore;
import io.pika.core.meta.Transaction;
import io.pika.core.meta.Write;
import io.pika.testkit.disk.FakeDisk;
import io.pika.testkit.disk.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over a real directory, and what only the embedded store promises: crashes and full disks. */
final class EmbeddedMetadataStoreTest extends MetadataStoreContract {
  private static final EmbeddedMetadataStore.Bounds SMALL = new EmbeddedMetadataStore.Bounds(256, 1 << 20,
      4096);
  private static final KeyRange ALL = KeyRange.prefix(Bytes.of("k"));

  @TempDir Path directory;

  @Override
  protected MetadataStore open() throws IOException {
    return open(DirectoryDisk.at(directory));
  }

  private static MetadataStore open(Disk disk) throws IOException {
    return EmbeddedMetadataStore.open(disk, SMALL, System::nanoTime);
  }

  @Override
  protected void compact(MetadataStore opened) {
    for (int i = 0; i < 300; i++) {
      opened.commit(new Transaction(List.of(),
          List.of(new Write.Put(Bytes.of("t/filler"), Bytes.of(Integer.toString(i))))));
    }
  }

  @Test
  void aSecondProcessIsRefusedWhileTheDirectoryIsInUse() {
    assertThatExceptionOfType(JournalException.class).isThrownBy(this::open)
        .matches(failure -> failure.kind() == JournalException.Kind.LOCKED)
        .withMessageContaining(directory.toString());
  }

  @Test
  void everythingIsThereAfterACleanStopButForLeasedEntries() throws IOException {
    FakeDisk disk = new FakeDisk();
    MetadataStore first = open(disk);
    Lease lease = first.grant(Duration.ofMinutes(1));
    first.commit(new Transaction(List.of(), List.of(new Write.Put(Bytes.of("k1"), Bytes.of("a")),
        new Write.Put(Bytes.of("k2"), Bytes.of("b"), lease.id()))));
    long revision = first.range(ALL, 0).revision();
    first.close();
    MetadataStore second = open(disk);
    assertThat(second.range(ALL, 0).entries()).extracting(entry -> entry.key().utf8()).containsExactly("k1");
    assertThat(second.range(ALL, 0).revision()).isEqualTo(revision + 1);
    second.close();
  }

  @Test
  void aFullDiskRefusesTransactionsAndLosesNothing() throws IOException {
    FakeDisk disk = new FakeDisk();
    MetadataStore store = open(disk);
    put(store, "k1", 10);
    disk.freeBytes(30);
    assertThatExceptionOfType(MetadataException.class).isThrownBy(() -> put(store, "k2", 100))
        .matches(failure -> failure.kind() == MetadataException.Kind.UNAVAILABLE)
        .withMessageContaining("No space left on device");
    assertThat(store.get(Bytes.of("k2"))).isEmpty();
    disk.freeBytes(Long.MAX_VALUE);
    put(store, "k3", 100);
    store.close();
    MetadataStore again = open(disk);
    assertThat(again.range(ALL, 0).entries()).extracting(entry -> entry.key().utf8()).containsExactly("k1",
        "k3");
    again.close();
  }

  @Test
  void aCrashAtAnyDiskOperationKeepsWhatWasCommittedAndNothingByHalves() throws IOException {
    int operations = workload(new FakeDisk(), new ArrayList<>());
    for (int crashAt = 1; crashAt <= operations; crashAt++) {
      for (long seed = 0; seed < 4; seed++) {
        FakeDisk disk = new FakeDisk();
        disk.crashAt(crashAt);
        List<Map<String, Integer>> states = new ArrayList<>();
        try {
          workload(disk, states);
        } catch (SimulatedCrash crash) {
          // the machine stops here
        }
        FakeDisk restarted = disk.restarted(new Random(seed));
        MetadataStore store = open(restarted);
        Map<String, Integer> found = contents(store);
        store.close();
        List<Map<String, Integer>> allowed = states.size() < 2
            ? states
            : states.subList(states.size() - 2, states.size());
        assertThat(allowed).as("crash at operation %d, seed %d", crashAt, seed)
            .anyMatch(state -> state.equals(found) || states.isEmpty() && found.isEmpty());
      }
    }
  }

  /** Adds the state before each commit and the one that the commit would make; returns the disk operations. */
  private static int workload(FakeDisk disk, List<Map<String, Integer>> states) throws IOException {
    Map<String, Integer> state = new TreeMap<>();
    states.add(Map.copyOf(state));
    MetadataStore store = open(disk);
    try (store) {
      Random random = new Random(1);
      for (int i = 0; i < 40; i++) {
        String key = "k" + random.nextInt(3);
        int size = random.nextInt(800);
        state.put(key, size);
        state.put("k9", i);
        states.add(Map.copyOf(state));
        store.commit(new Transaction(List.of(),
            List.of(new Write.Put(Bytes.of(key), Bytes.of(new byte[size])),
                new Write.Put(Bytes.of("k9"), Bytes.of(new byte[i])))));
      }
    }
    return disk.operations();
  }

  private static Map<String, Integer> contents(MetadataStore store) {
    Map<String, Integer> found = new TreeMap<>();
    store.range(ALL, 0).entries().forEach(entry -> found.put(entry.key().utf8(), entry.value().size()));
    return found;
  }

  private static void put(MetadataStore store, String key, int bytes) {
    store
        .commit(new Transaction(List.of(), List.of(new Write.Put(Bytes.of(key), Bytes.of(new byte[bytes])))));
  }
}
