package io.pika.core.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The few file operations that a journal needs, within one directory. {@link DirectoryDisk} is the real one; the
 * fake in testkit loses what was not forced and fails where a test wants it.
 */
public interface Disk {
  /** For messages. */
  String name();

  /** Takes the directory for this process; an exception of kind LOCKED when another process has it. */
  Closeable lock() throws IOException;

  List<String> files() throws IOException;

  /** Shows the whole file; the buffer is good until the reader returns. */
  void read(String file, Reader reader) throws IOException;

  /** Opens a file for writing at its end; makes it, readable by its owner only, when it is not there. */
  Output append(String file) throws IOException;

  /** Gives a file another name, replacing what had it, in one step that survives a crash from its return on. */
  void rename(String from, String to) throws IOException;

  void delete(String file) throws IOException;

  /** What wants to see a file. */
  interface Reader {
    void read(ByteBuffer content) throws IOException;
  }

  /** A file open for writing; not for use by several threads. */
  interface Output extends Closeable {
    long size() throws IOException;

    /** Writes all of it, or throws; what was written then is anything from nothing to nearly all. */
    void write(ByteBuffer bytes) throws IOException;

    /** Returns when everything written is on the disk. */
    void force() throws IOException;

    void truncate(long size) throws IOException;
  }
}
