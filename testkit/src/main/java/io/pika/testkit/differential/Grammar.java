package io.pika.testkit.differential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Commands as data: what each looks like and how often it comes. Programs are made from it by a seed. */
public final class Grammar {
  private static final int CALLS_MAX = 24;
  private static final int BENT_PERCENT = 8;

  /** One way to write a command. */
  public record Rule(String name, int weight, Piece arguments) {}

  /** @param anything what gets into the command by mistake */
  private record Bendable(Rule rule, Piece anything) {}

  /** Of each grammar that this one was put together from. */
  private final List<List<Bendable>> parts;

  /** @param anything what gets into commands by mistake */
  public Grammar(List<Rule> rules, Piece anything) {
    this(List.of(rules.stream().map(rule -> new Bendable(rule, anything)).toList()));
  }

  private Grammar(List<List<Bendable>> parts) {
    this.parts = List.copyOf(parts);
  }

  public static Rule rule(String name, int weight, Piece... arguments) {
    return new Rule(name, weight, Piece.all(arguments));
  }

  /** Both grammars' commands, in one. */
  public Grammar and(Grammar other) {
    List<List<Bendable>> both = new ArrayList<>(parts);
    both.addAll(other.parts);
    return new Grammar(both);
  }

  /** All but these commands. */
  public Grammar without(String... names) {
    List<String> left = List.of(names);
    return new Grammar(parts.stream()
        .map(part -> part.stream().filter(each -> !left.contains(each.rule.name)).toList())
        .filter(part -> !part.isEmpty()).toList());
  }

  /**
   * A program of one or two of the parts, or of all: where there are many, the commands of one type would seldom meet
   * on a key.
   */
  public Program program(long seed) {
    Dice dice = new Dice(new Random(seed).nextLong());
    List<Bendable> rules = weighted(dice.percent(25) ? parts : List.of(dice.pick(parts), dice.pick(parts)));
    List<Call> calls = new ArrayList<>();
    for (int i = 2 + dice.below(CALLS_MAX - 1); i > 0; i--) {
      calls.add(call(dice, rules));
    }
    return new Program(seed, dice.percent(50) ? 2 : 3, calls);
  }

  /** Each rule as often as its weight says. */
  private static List<Bendable> weighted(List<List<Bendable>> parts) {
    return parts.stream().flatMap(List::stream)
        .<Bendable>mapMulti((each, weighted) -> {
          for (int i = 0; i < each.rule.weight; i++) {
            weighted.accept(each);
          }
        }).toList();
  }

  private Call call(Dice dice, List<Bendable> rules) {
    Bendable drawn = dice.pick(rules);
    List<byte[]> call = new ArrayList<>();
    Piece.word(drawn.rule.name).add(dice, call);
    drawn.rule.arguments.add(dice, call);
    if (dice.percent(BENT_PERCENT)) {
      bend(dice, call, drawn.anything);
    }
    return Call.of(call);
  }

  /** What clients get wrong: an argument too few, too many, twice, or another one's. The name stays. */
  private static void bend(Dice dice, List<byte[]> call, Piece anything) {
    int place = call.size() == 1 ? 0 : 1 + dice.below(call.size() - 1);
    switch (dice.below(5)) {
      case 0 -> call.subList(Math.max(place, 1), call.size()).clear();
      case 1 -> anything.add(dice, call);
      case 2 -> call.add(call.get(place).clone());
      case 3 -> {
        if (place > 0) {
          call.remove(place);
        }
      }
      default -> {
        if (place > 0) {
          List<byte[]> other = new ArrayList<>(List.of(new byte[0]));
          anything.add(dice, other);
          call.set(place, other.getLast());
        }
      }
    }
    if (call.isEmpty()) {
      call.add("PING".getBytes(StandardCharsets.US_ASCII));
    }
  }
}
