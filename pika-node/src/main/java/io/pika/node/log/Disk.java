package io.pika.node.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The files that the log lives in. It is an interface so that tests have disks that are full, that fail to sync
 * and that forget on power loss what was not synced. Used by many threads.
 */
public interface Disk {
  /** Names of the plain files in a directory, sorted; the directory is made if it is not there. */
  List<String> list(Path directory) throws IOException;

  /** Opens for reading and writing; an absent file is created. */
  File open(Path path) throws IOException;

  void delete(Path path) throws IOException;

  /** Replaces what has the new name, atomically. */
  void rename(Path from, Path to) throws IOException;

  /** Makes created, deleted and renamed names of a directory survive a power loss. */
  void syncDirectory(Path directory) throws IOException;

  /** One open file; positions are bytes from its begin. */
  interface File extends Closeable {
    long size() throws IOException;

    /** Reads until the buffer is full or the file ends. Returns the bytes read. */
    int read(long at, ByteBuffer into) throws IOException;

    /** Writes all, or throws and may have written a part. */
    void write(long at, ByteBuffer from) throws IOException;

    void truncate(long size) throws IOException;

    /** Returns when what was written survives a power loss. After a failure nobody knows what does. */
    void sync() throws IOException;
  }
}
