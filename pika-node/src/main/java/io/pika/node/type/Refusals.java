package io.pika.node.type;

import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;

/** What the types refuse, in Redis' words. The exceptions have no stack trace, so one of each is enough. */
final class Refusals {
  static final RefusalException WRONG_TYPE = new RefusalException(Reply.WRONG_TYPE);
  static final RefusalException NOT_A_LONG = new RefusalException(Reply.NOT_AN_INTEGER);
  static final RefusalException NOT_A_FLOAT = new RefusalException(Reply.NOT_A_FLOAT);
  static final RefusalException OVERFLOW = new RefusalException("ERR increment or decrement would overflow");
  static final RefusalException NOT_FINITE = new RefusalException(
      "ERR increment would produce NaN or Infinity");
  static final RefusalException NOT_A_SCORE = new RefusalException(
      "ERR resulting score is not a number (NaN)");
  static final RefusalException TOO_LONG = new RefusalException(
      "ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  static final RefusalException NOT_STRINGS = new RefusalException(
      "ERR The specified keys must contain string values");
  static final RefusalException LCS_TOO_BIG = new RefusalException(
      "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  static final RefusalException NO_HYPERLOGLOG = new RefusalException(
      "WRONGTYPE Key is not a valid HyperLogLog string value.");
  static final RefusalException DAMAGED_HYPERLOGLOG = new RefusalException(
      "INVALIDOBJ Corrupted HLL object detected");
  static final RefusalException FIELD_NOT_A_LONG = new RefusalException("ERR hash value is not an integer");
  static final RefusalException FIELD_NOT_A_FLOAT = new RefusalException("ERR hash value is not a float");
  static final RefusalException NO_SUCH_KEY = new RefusalException(Reply.NO_SUCH_KEY);
  static final RefusalException INDEX_OUT_OF_RANGE = new RefusalException("ERR index out of range");
  static final RefusalException DAMAGED_DUMP = new RefusalException(
      "ERR DUMP payload version or checksum are wrong");
  static final RefusalException BAD_DUMP = new RefusalException("ERR Bad data format");

  static final RefusalException STREAM_EXHAUSTED = new RefusalException(
      "ERR The stream has exhausted the last possible ID, unable to add more items");
  static final RefusalException STREAM_ID_NOT_GREATER = new RefusalException(
      "ERR The ID specified in XADD is equal or smaller than the target stream top item");
  static final RefusalException STREAM_ENTRY_TOO_LARGE = new RefusalException(
      "ERR Elements are too large to be stored");
  static final RefusalException STREAM_ID_BELOW_TOP = new RefusalException(
      "ERR The ID specified in XSETID is smaller than the target stream top item");
  static final RefusalException STREAM_ADDED_BELOW_LENGTH = new RefusalException(
      "ERR The entries_added specified in XSETID is smaller than the target stream length");
  static final RefusalException GROUP_EXISTS = new RefusalException(
      "BUSYGROUP Consumer Group name already exists");

  private Refusals() {}
}
