package io.pika.node.log;

/** Takes the log's records in the order in which they were written, on the thread that opens the log. */
public interface RecordConsumer {
  /** @param position the end of the frame that the record is in */
  void accept(long position, LogRecord record);
}
