package io.pika.core.model;

/** What a table does with commands whose keys lie in several slots and that are not one instant when they are cut. */
public enum CrossSlot {
  /** They are answered CROSSSLOT, as in a Redis Cluster. */
  REFUSE,
  /** They are carried out in parts, each of which is one instant. */
  SERVE
}
