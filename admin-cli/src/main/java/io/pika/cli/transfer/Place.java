package io.pika.cli.transfer;

import io.pika.proxy.rdb.RdbFile;

/** How far a source was read: all that comes before it is in the table. */
public sealed interface Place {
  /** Between two entries of an RDB file. */
  record InRdb(RdbFile.Position position) implements Place {}

  /**
   * Between two commands of a log.
   *
   * @param offset of the next byte, in all files of the log or in the source's own counting
   * @param database that the log's next command works on
   */
  record InLog(long offset, long database) implements Place {}

  /**
   * Between two pages of a scan.
   *
   * @param part which of the parts that the keys are in; 0 where there is one
   * @param cursor as the source gave it
   */
  record InScan(long part, String cursor) implements Place {}
}
