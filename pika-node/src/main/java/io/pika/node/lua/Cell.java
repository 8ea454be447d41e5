package io.pika.node.lua;

/** A local variable that an inner function uses too. */
final class Cell {
  Object value;

  Cell(Object value) {
    this.value = value;
  }
}
