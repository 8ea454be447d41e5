package io.pika.cli.transfer;

import io.pika.cli.transfer.StateFile.State;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes down every second how far everything has arrived, and once more at the end. */
public final class StateKeeper implements AutoCloseable {
  private static final long BETWEEN_MS = 500;

  private final StateFile file;
  private final State first;
  private final Supplier<@Nullable Place> reached;
  private final Thread thread;
  private @Nullable Place saved;

  public StateKeeper(StateFile file, State first, Supplier<@Nullable Place> reached) throws IOException {
    this.file = file;
    this.first = first;
    this.reached = reached;
    file.save(first);
    this.thread = Thread.ofVirtual().name("state").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(BETWEEN_MS);
        save();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (IOException disk) {
      // The one at the end says it.
      return;
    }
  }

  private synchronized void save() throws IOException {
    Place place = reached.get();
    if (place != null && !place.equals(saved)) {
      file.save(first.at(place));
      saved = place;
    }
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    save();
  }
}
