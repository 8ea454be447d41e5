package io.pika.node.log;

/**
 * @param segmentBytes a segment file that has grown to this is followed by a new one; a large frame may make
 *     it longer
 * @param acceptDamage a damaged log is cut at the damage, the rest is kept in side files; only by an operator's
 *     explicit wish
 */
public record LogOptions(FsyncMode fsync, long segmentBytes, boolean acceptDamage) {
  public static final LogOptions DEFAULT = new LogOptions(FsyncMode.EVERYSEC, 64L << 20, false);

  public LogOptions {
    if (segmentBytes < 1) {
      throw new IllegalArgumentException("segmentBytes " + segmentBytes + " is not positive");
    }
  }
}
