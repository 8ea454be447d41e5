package io.pika.testkit.disk;

/** The machine stopped here. An error, so that no code under test handles it. */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimulatedCrash(int operation) {
    super("simulated crash at disk operation " + operation);
  }
}
