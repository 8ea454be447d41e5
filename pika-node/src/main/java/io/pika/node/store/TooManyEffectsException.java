package io.pika.node.store;

/** A command changes more than {@link Batch#limit} allows. It must be taken back. */
public final class TooManyEffectsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooManyEffectsException(long limit) {
    super("more than " + limit + " bytes of effects", null, false, false);
  }
}
