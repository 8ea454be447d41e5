package io.pika.core.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What stands at the beginning of a journal's file: what kind of content it has, so that a wrong directory is
 * noticed, and the version of that content.
 *
 * <pre>
 * | "PIKAJRNL" 8 | journal version u32 | content version u32 | kind 16, padded with zeros | crc32c u32 of the rest |
 * </pre>
 *
 * @param kind at most 16 ASCII letters, for example {@code metadata}
 * @param version of the content, from 1; a greater one than the reader's is refused
 */
public record JournalFormat(String kind, int version) {
  static final int HEADER_BYTES = 36;
  private static final byte[] MAGIC = "PIKAJRNL".getBytes(StandardCharsets.US_ASCII);
  private static final int JOURNAL_VERSION = 1;
  private static final int KIND_BYTES = 16;

  public JournalFormat {
    if (kind.isEmpty() || kind.length() > KIND_BYTES || version < 1) {
      throw new IllegalArgumentException("journal format " + kind + " " + version);
    }
  }

  ByteBuffer header() {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.put(MAGIC).putInt(JOURNAL_VERSION).putInt(version)
        .put(kind.getBytes(StandardCharsets.US_ASCII));
    header.position(HEADER_BYTES - 4);
    return header.putInt(checksum(header)).flip();
  }

  /** Checks the header at the start of a file; the file's name is for the message. */
  void check(ByteBuffer content, String file) throws JournalException {
    byte[] magic = new byte[MAGIC.length];
    if (content.limit() >= HEADER_BYTES) {
      content.get(0, magic);
    }
    if (!Arrays.equals(magic, MAGIC)) {
      throw new JournalException(JournalException.Kind.FOREIGN, file + " is not a journal of this program");
    }
    int journalVersion = content.getInt(8);
    if (Integer.compareUnsigned(journalVersion, JOURNAL_VERSION) > 0) {
      throw newer(file, "journal format " + Integer.toUnsignedString(journalVersion), JOURNAL_VERSION);
    }
    if (checksum(content) != content.getInt(HEADER_BYTES - 4)) {
      throw new JournalException(JournalException.Kind.DAMAGED,
          file + ": the header at offset 0 is damaged; restore the directory from a backup");
    }
    byte[] kindBytes = new byte[KIND_BYTES];
    content.get(16, kindBytes);
    String found = new String(kindBytes, StandardCharsets.US_ASCII).replace("\0", "");
    if (!found.equals(kind)) {
      throw new JournalException(JournalException.Kind.FOREIGN, file + " holds " + found + ", not " + kind
          + "; check which directory the settings name");
    }
    if (content.getInt(12) > version) {
      throw newer(file, found + " format " + content.getInt(12), version);
    }
  }

  private static JournalException newer(String file, String what, int known) {
    return new JournalException(JournalException.Kind.NEWER_FORMAT, file + " has " + what
        + ", this program knows up to " + known + "; start the newer version that wrote it");
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().limit(HEADER_BYTES - 4).position(0));
    return (int) crc.getValue();
  }
}
