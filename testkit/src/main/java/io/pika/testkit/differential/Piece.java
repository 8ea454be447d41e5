package io.pika.testkit.differential;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A part of a command in a {@link Grammar}: adds arguments to a call. */
@FunctionalInterface
public interface Piece {
  void add(Dice dice, List<byte[]> call);

  /** A word of the command language, in any mixture of upper and lower case. */
  static Piece word(String word) {
    return (dice, call) -> {
      int style = dice.below(4);
      byte[] letters = word.getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < letters.length; i++) {
        boolean lower = style == 0 || style == 1 && dice.percent(50);
        letters[i] = lower ? (byte) Character.toLowerCase(letters[i]) : letters[i];
      }
      call.add(letters);
    };
  }

  static Piece text(String text) {
    return (dice, call) -> call.add(text.getBytes(StandardCharsets.UTF_8));
  }

  static Piece oneOf(Piece... choices) {
    List<Piece> all = List.of(choices);
    return (dice, call) -> dice.pick(all).add(dice, call);
  }

  static Piece oneOf(String... texts) {
    List<String> all = List.of(texts);
    return (dice, call) -> call.add(dice.pick(all).getBytes(StandardCharsets.UTF_8));
  }

  static Piece oneOfBytes(List<byte[]> values) {
    return (dice, call) -> call.add(dice.pick(values).clone());
  }

  static Piece all(Piece... parts) {
    List<Piece> all = List.of(parts);
    return (dice, call) -> all.forEach(part -> part.add(dice, call));
  }

  static Piece maybe(int percent, Piece piece) {
    return (dice, call) -> {
      if (dice.percent(percent)) {
        piece.add(dice, call);
      }
    };
  }

  static Piece times(int least, int most, Piece piece) {
    return (dice, call) -> {
      for (int i = least + dice.below(most - least + 1); i > 0; i--) {
        piece.add(dice, call);
      }
    };
  }

  /** Some of the options, in any order; now and then one twice. */
  static Piece options(Piece... options) {
    List<Piece> all = List.of(options);
    return (dice, call) -> {
      int count = dice.percent(40) ? 0 : 1 + dice.below(Math.min(all.size(), 3));
      for (Piece option : dice.shuffled(all).subList(0, Math.min(count, all.size()))) {
        option.add(dice, call);
        if (dice.percent(3)) {
          option.add(dice, call);
        }
      }
    };
  }
}
