package io.pika.node.engine;

import java.util.List;

/**
 * Tasks of one stripe that their caller could not run at once: one long command, or some that wait for the end of another
 * one's.
 *
 * @param home who brought them, and hears of them
 */
record Piece(int stripe, List<SlotTask> tasks, Home home) {
  int table() {
    return tasks.getFirst().table();
  }
}
