package io.pika.node.store;

/** Told under a slot's lock of each key that a command writes there; the command may yet be taken back. */
public interface KeyListener {
  void written(byte[] key);
}
