package io.pika.proxy.routing;

import io.pika.proxy.algebra.Member;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.PartForm;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The result of a command as it comes to its slot: piece by piece into a key of its own, which takes the place of the
 * command's key in one instant when all of it is there. Nobody sees half of it under the command's key; what nobody
 * finishes expires.
 */
final class StagedKey {
  /** What it is called until then; never a client's, so that people who see one know where it is from. */
  private static final String PREFIX = "pika:staged:";
  private static final int PIECE_MEMBERS = 512;
  private static final int PIECE_BYTES = 256 << 10;

  private final SlotCaller.Calls calls;
  private final byte[] key;
  private final byte[] staged;
  private final PartForm form;
  private final List<byte[]> piece = new ArrayList<>();
  private int members;
  private int bytes;
  private long size;

  /**
   * @param unique what no other staged key of the cluster has
   * @param form MEMBERS for a set, SCORED for a sorted set
   */
  StagedKey(SlotCaller.Calls calls, byte[] key, String unique, PartForm form) {
    this.calls = calls;
    this.key = key;
    this.staged = inSlotOf(calls, key, unique);
    this.form = form;
  }

  /** Tries names until one is in the slot: a key's hash tag may have any form. */
  private static byte[] inSlotOf(SlotCaller.Calls calls, byte[] key, String unique) {
    int slot = calls.slot(key);
    for (long i = 0;; i++) {
      byte[] name = PartForm.bytes(PREFIX + unique + ":" + i);
      if (calls.slot(name) == slot) {
        return name;
      }
    }
  }

  /** Takes the members that a source hands out, in any order and each once; answers how many there were. */
  Reply fill(char letter, String event, Consumer<Predicate<Member>> source) {
    boolean placed = false;
    try {
      source.accept(this::add);
      place(letter, event);
      placed = true;
      return Reply.of(size);
    } finally {
      if (!placed) {
        drop();
      }
    }
  }

  private boolean add(Member member) {
    if (form == PartForm.SCORED) {
      piece.add(PartForm.bytes(member.score()));
    }
    piece.add(member.bytes());
    members++;
    bytes += member.bytes().length;
    if (members >= PIECE_MEMBERS || bytes >= PIECE_BYTES) {
      send();
    }
    return true;
  }

  private void send() {
    List<byte[]> arguments = new ArrayList<>(piece.size() + 2);
    arguments.add(staged);
    arguments.add(Numbers.format(size));
    arguments.addAll(piece);
    calls.call(key, form.request(arguments));
    size += members;
    piece.clear();
    members = 0;
    bytes = 0;
  }

  /** @param letter the class of the event that tells of it */
  private void place(char letter, String event) {
    if (members > 0) {
      send();
    }
    calls.call(key, PartForm.PLACE.request(List.of(staged, Numbers.format(size), key,
        PartForm.bytes(String.valueOf(letter)), PartForm.bytes(event))));
  }

  /** After a failure. It would expire anyway. */
  private void drop() {
    if (size > 0) {
      calls.ask(key, PartForm.DROP.request(List.of(staged)), 2);
    }
  }
}
