package io.pika.node.engine;

import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Reply;

/**
 * A command that runs in one slot, under its lock: reads its arguments, works on the slot's keys, answers. A
 * {@link io.pika.proxy.protocol.RefusalException} is its answer too, and whatever it had changed is dropped. It must not
 * block on anything but the keys, and keeps neither of its arguments. It may run twice: if the log refuses the
 * batch, it runs again on what was there before it, so that no reply shows what was not written.
 */
@FunctionalInterface
public non-sealed interface KeyHandler extends SlotJob {
  /** @param args what follows the command's name */
  Reply run(Args args, KeySpace keys);
}
