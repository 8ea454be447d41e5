package io.pika.node.script;

/** What can be run. */
public sealed interface Program {
  /** How it is named in errors, and when it is asked what runs. */
  String name();

  /** The name of its text in errors. */
  String chunk();

  boolean noWrites();

  /** A script of EVAL. */
  record Evaluation(Script script) implements Program {
    @Override
    public String name() {
      return script.sha();
    }

    @Override
    public String chunk() {
      return Script.CHUNK;
    }

    @Override
    public boolean noWrites() {
      return script.noWrites();
    }
  }

  /** A function of a library. */
  record FunctionCall(LibrarySet.Found found) implements Program {
    @Override
    public String name() {
      return found.function().name();
    }

    @Override
    public String chunk() {
      return LibraryReader.CHUNK;
    }

    @Override
    public boolean noWrites() {
      return found.function().noWrites();
    }
  }
}
