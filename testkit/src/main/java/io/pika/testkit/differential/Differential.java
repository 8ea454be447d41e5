package io.pika.testkit.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Runs programs on the judge and on the system under test and compares every reply. A difference is tried again (an
 * instant may have passed on one side only), then made small by leaving calls out while it stays.
 */
public final class Differential {
  private static final int CONFIRMATIONS = 3;

  private final Target judge;
  private final Target tested;
  private final Judgement judgement;

  /** A program after which the two differ, in its last call. */
  public record Difference(Program program, Call call, byte[] expected, byte[] actual) {
    @Override
    public String toString() {
      return program + "\n the last call should be answered\n  " + Call.shown(expected)
          + "\n but was answered\n  "
          + Call.shown(actual);
    }
  }

  public Differential(Target judge, Target tested, Judgement judgement) {
    this.judge = judge;
    this.tested = tested;
    this.judgement = judgement;
  }

  /** The first difference that programs made from the seed show; empty if they show none. */
  public Optional<Difference> search(Grammar grammar, long seed, int programs) {
    Random seeds = new Random(seed);
    for (int i = 0; i < programs; i++) {
      Optional<Difference> found = check(grammar.program(seeds.nextLong()));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The smallest difference that a program shows. */
  public Optional<Difference> check(Program program) {
    Optional<Difference> difference = compare(program);
    for (int i = 0; i < CONFIRMATIONS && difference.isPresent(); i++) {
      difference = compare(difference.get().program());
    }
    return difference.map(this::shrink);
  }

  private Optional<Difference> compare(Program program) {
    List<byte[]> expected = judge.run(program.protocol(), program.calls());
    List<byte[]> actual = tested.run(program.protocol(), program.calls());
    List<Call> before = new ArrayList<>();
    for (int i = 0; i < program.calls().size(); i++) {
      Call call = program.calls().get(i);
      if (judgement.isParting(call, expected.get(i), actual.get(i))) {
        return Optional.empty();
      }
      if (!judgement.accepts(call, expected.get(i), actual.get(i), before)) {
        Program shown = program.without(i + 1, program.calls().size() - i - 1);
        return Optional.of(new Difference(shown, call, expected.get(i), actual.get(i)));
      }
      before.add(call);
    }
    return Optional.empty();
  }

  private Difference shrink(Difference found) {
    Difference smallest = found;
    int at = smallest.program().calls().size() - 2;
    while (at >= 0) {
      Optional<Difference> smaller = compare(smallest.program().without(at, 1));
      if (smaller.isPresent()) {
        smallest = smaller.get();
      }
      at = Math.min(at, smallest.program().calls().size() - 1) - 1;
    }
    return smallest;
  }
}
