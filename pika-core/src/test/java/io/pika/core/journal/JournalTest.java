package io.pika.core.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pika.core.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  private static final JournalFormat FORMAT = new JournalFormat("test", 2);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve(Journal.FILE);
  }

  @Test
  void whatWasAppendedComesBackInOrder() throws IOException {
    try (Journal journal = open(new Found())) {
      journal.append(records("a", "b"));
      journal.append(records(""));
    }
    Found found = new Found();
    open(found).close();
    assertThat(found.appended).containsExactly("a", "b", "");
    assertThat(found.snapshot).isEmpty();
  }

  @Test
  void aSnapshotReplacesWhatWasBeforeIt() throws IOException {
    try (Journal journal = open(new Found())) {
      journal.append(records("old"));
      List<Bytes> state = IntStream.range(0, 30_000)
          .mapToObj(i -> Bytes.of("record number " + i + " of a state of several frames")).toList();
      journal.compact(state);
      journal.append(records("new"));
    }
    Found found = new Found();
    open(found).close();
    assertThat(found.snapshot).hasSize(30_000).endsWith(
        "record number 29999 of a state of several frames");
    assertThat(found.appended).containsExactly("new");
    assertThat(directory).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void compactionIsDueWhenAppendsOutgrowTheState() throws IOException {
    try (Journal journal = open(new Found())) {
      journal.append(records("x".repeat(2000)));
      assertThat(journal.compactionDue(4000)).isFalse();
      journal.append(records("x".repeat(2000)));
      assertThat(journal.compactionDue(4000)).isTrue();
      journal.compact(records("y".repeat(9000)));
      journal.append(records("x".repeat(5000)));
      assertThat(journal.compactionDue(4000)).isFalse();
      assertThat(journal.compactionDue()).isFalse();
    }
  }

  @Test
  void aTornTailOfAnyLengthIsCut() throws IOException {
    try (Journal journal = open(new Found())) {
      journal.append(records("kept"));
      journal.append(records("torn".repeat(20)));
    }
    byte[] whole = Files.readAllBytes(file);
    int tornFrom = whole.length - 21 - 4 - 4 - 80;
    for (int length = tornFrom; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      Found found = new Found();
      try (Journal journal = open(found)) {
        assertThat(journal.cutBytes()).isEqualTo(length - tornFrom);
        journal.append(records("next"));
      }
      assertThat(found.appended).containsExactly("kept");
      Found again = new Found();
      open(again).close();
      assertThat(again.appended).containsExactly("kept", "next");
    }
  }

  @Test
  void damageBeforeTheLastAppendIsRefusedWithFileAndOffsetAndChangesNothing() throws IOException {
    try (Journal journal = open(new Found())) {
      journal.compact(records("snapshot"));
      journal.append(records("one"));
      journal.append(records("two"));
    }
    byte[] whole = Files.readAllBytes(file);
    int lastFrame = whole.length - 21 - 4 - 4 - 3;
    for (int at = JournalFormat.HEADER_BYTES; at < lastFrame; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x40;
      Files.write(file, damaged);
      assertThatExceptionOfType(JournalException.class).as("byte %d", at).isThrownBy(() -> open(new Found()))
          .matches(failure -> failure.kind() == JournalException.Kind.DAMAGED)
          .withMessageContaining(file.toString()).withMessageContaining("damaged at offset ");
      assertThat(file).hasBinaryContent(damaged);
    }
  }

  @Test
  void aSnapshotThatEndsTooEarlyIsDamageNotATornTail() throws IOException {
    try (Journal journal = open(new Found())) {
      journal.compact(records("snapshot"));
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatExceptionOfType(JournalException.class).isThrownBy(() -> open(new Found()))
        .withMessageContaining("the snapshot is not whole");
  }

  @Test
  void aNewerFormatAndAnotherKindAreRefused() throws IOException {
    open(new Found()).close();
    assertThatExceptionOfType(JournalException.class).isThrownBy(() -> open(new JournalFormat("test", 1)))
        .matches(failure -> failure.kind() == JournalException.Kind.NEWER_FORMAT)
        .withMessageContaining("test format 2, this program knows up to 1");
    open(new JournalFormat("test", 3)).close();
    assertThatExceptionOfType(JournalException.class).isThrownBy(() -> open(new JournalFormat("other", 2)))
        .matches(failure -> failure.kind() == JournalException.Kind.FOREIGN)
        .withMessageContaining("holds test, not other");
    Files.writeString(file, "something else altogether, longer than a header of a journal");
    assertThatExceptionOfType(JournalException.class).isThrownBy(() -> open(new Found()))
        .matches(failure -> failure.kind() == JournalException.Kind.FOREIGN);
  }

  @Test
  void aDirectoryIsForOneProcessAtATime() throws IOException {
    Journal first = open(new Found());
    assertThatExceptionOfType(JournalException.class).isThrownBy(() -> open(new Found()))
        .matches(failure -> failure.kind() == JournalException.Kind.LOCKED)
        .withMessageContaining(directory.toString());
    first.close();
    open(new Found()).close();
  }

  @Test
  void onlyTheOwnerReadsTheFiles() throws IOException {
    open(new Found()).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
  }

  private Journal open(Found found) throws IOException {
    return Journal.open(DirectoryDisk.at(directory), FORMAT, found);
  }

  private Journal open(JournalFormat format) throws IOException {
    return Journal.open(DirectoryDisk.at(directory), format, new Found());
  }

  private static List<Bytes> records(String... texts) {
    return Stream.of(texts).map(Bytes::of).toList();
  }

  private static final class Found implements Journal.Recovery {
    private final List<String> snapshot = new ArrayList<>();
    private final List<String> appended = new ArrayList<>();

    @Override
    public void snapshot(Bytes record) {
      snapshot.add(record.utf8());
    }

    @Override
    public void appended(Bytes record) {
      appended.add(record.utf8());
    }
  }
}
