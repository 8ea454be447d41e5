package io.pika.node.script;

import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;

/** What a script calls out to: the commands of its slot. Called on the script's thread, while the slot is locked. */
public interface ScriptHost {
  /**
   * Runs a command of redis.call. A refusal is the reply, and has changed nothing.
   *
   * @throws NotAllowed it is no command for a script
   */
  Reply run(Request request) throws NotAllowed;

  /** Whether there is such a command, as redis.acl_check_cmd asks. */
  boolean isKnown(Request request);

  /** Whether who runs the script may run a known command, with what arguments it has. */
  boolean mayRun(Request request);

  /** Why a command was not run at all. */
  final class NotAllowed extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message with its code */
    public NotAllowed(String message) {
      super(message, null, false, false);
    }

    public String text() {
      return String.valueOf(getMessage());
    }
  }
}
