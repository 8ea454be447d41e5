package io.pika.node.lua;

/** What the text of a function says; the same for all its closures. Does not change. */
final class Prototype {
  final String chunk;
  final int line;
  final int parameters;
  final boolean isVararg;
  final int slots;
  final int[] capturedParameters;
  /** Where a closure finds its shared variables: a slot of the function around it, or ~index of one of its upvalues. */
  final int[] upvalueSources;
  final Block body;
  /** How deep its evaluation nests at most. */
  final int depth;
  /** About what its text takes when parsed; 0: it belongs to a chunk that is counted elsewhere. */
  final int sourceBytes;

  Prototype(String chunk, int line, int parameters, boolean isVararg, int slots, int[] capturedParameters,
      int[] upvalueSources, Block body, int depth, int sourceBytes) {
    this.chunk = chunk;
    this.line = line;
    this.parameters = parameters;
    this.isVararg = isVararg;
    this.slots = slots;
    this.capturedParameters = capturedParameters;
    this.upvalueSources = upvalueSources;
    this.body = body;
    this.depth = depth;
    this.sourceBytes = sourceBytes;
  }
}
