package io.pika.cli.transfer;

import io.pika.cli.transfer.Step.Role;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.SlotHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Does a log's commands on the table, each exactly once, though neither {@code INCR} nor {@code LPUSH} may be done twice:
 * the commands of a slot go out as a transaction together with a mark that says up to which offset of the log the slot is
 * done. Slots are independent of each other, so they are done side by side; a command over several slots is either cut or
 * done alone. For one thread.
 */
public final class CommandFeed implements CommandTaker {
  private static final int WINDOW_COMMANDS = 2_000;
  private static final long WINDOW_BYTES = 1 << 20;

  private final Lanes lanes;
  private final Marks marks;
  private final Choice choice;
  private final Map<Integer, Group> groups = new TreeMap<>();
  private int commands;
  private long bytes;

  /** Commands of a slot. */
  private static final class Group {
    final List<byte[][]> commands = new ArrayList<>();
    long after;
  }

  public CommandFeed(Lanes lanes, Marks marks, Choice choice) {
    this.lanes = lanes;
    this.marks = marks;
    this.choice = choice;
  }

  @Override
  public void command(Request request, long after) throws IOException {
    int[] keys = KeyFinder.keyPositions(request);
    if (keys.length > 0 && !isWanted(request, keys)) {
      return;
    }
    if (request.command() == Command.DEL || request.command() == Command.UNLINK) {
      for (int key : keys) {
        add(request.arg(key), new byte[][]{request.arg(0), request.arg(key)}, after);
      }
    } else if (request.command() == Command.MSET) {
      for (int key : keys) {
        add(request.arg(key), new byte[][]{ascii("SET"), request.arg(key), request.arg(key + 1)}, after);
      }
    } else if (keys.length > 0 && isOneSlot(request, keys)) {
      add(request.arg(keys[0]), request.args(), after);
    } else {
      alone(request, keys, after);
    }
    if (commands >= WINDOW_COMMANDS || bytes >= WINDOW_BYTES) {
      flush(null);
    }
  }

  @Override
  public void reached(Place.InLog place) throws IOException {
    if (commands >= WINDOW_COMMANDS / 2 || bytes >= WINDOW_BYTES / 2) {
      flush(place);
    }
  }

  @Override
  public void rest(Place.InLog place) throws IOException {
    flush(place);
  }

  @Override
  public void end(Place.InLog place) throws IOException {
    flush(place);
    lanes.drain();
  }

  private boolean isWanted(Request request, int[] keys) {
    for (int key : keys) {
      if (choice.takesKey(request.arg(key))) {
        return true;
      }
    }
    return false;
  }

  private boolean isOneSlot(Request request, int[] keys) {
    int slot = slot(request.arg(keys[0]));
    for (int key : keys) {
      if (slot(request.arg(key)) != slot) {
        return false;
      }
    }
    return true;
  }

  private int slot(byte[] key) {
    return SlotHash.slot(key, marks.slots());
  }

  private void add(byte[] key, byte[][] words, long after) {
    int slot = slot(key);
    if (!choice.takesKey(key) && words.length == 2 || after <= marks.done(slot)) {
      return;
    }
    Group group = groups.computeIfAbsent(slot, none -> new Group());
    group.commands.add(words);
    group.after = after;
    commands++;
    for (byte[] word : words) {
      bytes += word.length;
    }
  }

  /** Nothing else is on its way meanwhile, so that it sees what it saw at the source, and is seen. */
  private void alone(Request request, int[] keys, long after) throws IOException {
    int slot = keys.length == 0 ? 0 : slot(request.arg(keys[0]));
    if (after <= marks.done(slot)) {
      return;
    }
    flush(null);
    lanes.drain();
    if (request.command() == Command.FLUSHALL || request.command() == Command.FLUSHDB) {
      // The marks go too: all that follows is done anew.
      put(slot,
          new Step(marks.key(slot, after), Role.ALONE, List.<byte[][]>of(new byte[][]{ascii("FLUSHDB")}),
              after),
          null);
      lanes.drain();
      marks.forget();
      return;
    }
    put(slot, new Step(marks.key(slot, after), Role.ALONE, List.<byte[][]>of(request.args()), after), null);
    lanes.drain();
  }

  private void flush(Place.@Nullable InLog place) throws IOException {
    int left = groups.size();
    for (Map.Entry<Integer, Group> each : groups.entrySet()) {
      left--;
      Group group = each.getValue();
      put(each.getKey(), new Step(marks.key(each.getKey(), group.after), Role.COMMANDS, group.commands,
          group.after), left == 0 ? place : null);
    }
    if (groups.isEmpty() && place != null) {
      put(0, null, place);
    }
    groups.clear();
    commands = 0;
    bytes = 0;
  }

  private void put(int slot, @Nullable Step step, Place.@Nullable InLog place) throws IOException {
    lanes.put(slot % lanes.count(), new Batch(step == null ? List.of() : List.of(step), place));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
