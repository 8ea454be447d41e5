package io.pika.node.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A thread that waits for what it has sent away. */
final class WaitingHome implements Home {
  private final CompletableFuture<Integer> left = new CompletableFuture<>();

  @Override
  public void execute(Runnable work) {
    work.run();
  }

  @Override
  public void back(List<SlotTask> notTaken) {
    left.complete(notTaken.size());
  }

  /** How many of them have not been taken. */
  int await() {
    return left.join();
  }
}
