package io.pika.node.engine;

import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that waits until one of its keys has something for it, with its arguments read. It is asked again whenever
 * one of its keys was written, under the slot's lock, and keeps nothing between two times.
 */
public interface Waiting {
  /** In the order in which they are looked at. */
  List<byte[]> keys();

  /** The type that a key must have to be worth a look, a code of {@link io.pika.node.store.Entry}. */
  byte type();

  /** What there is in one of these of its keys; null: nothing yet. A refusal ends the waiting. */
  @Nullable
  Reply attempt(KeySpace keySpace, List<byte[]> among);

  /** What is answered when one of its keys is there no more, or is of another type; null: it waits on. */
  default @Nullable Reply gone() {
    return null;
  }

  /** What is answered where there is nothing and it must not wait. A time-out is a null array, whatever this is. */
  Reply nothing();

  /** The request that it was read from, with what means the moment of reading written out: it asks for the same later. */
  default Request exact(Request asked) {
    return asked;
  }

  /** Reads the arguments, all that follows the command's name. */
  interface Parser {
    Waiting parse(Args args, KeySpace keySpace);
  }
}
