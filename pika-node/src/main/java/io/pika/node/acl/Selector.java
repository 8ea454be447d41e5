package io.pika.node.acl;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Glob;
import io.pika.proxy.protocol.Category;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.CommandSpec;
import io.pika.proxy.protocol.Flag;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One set of rights: commands, keys and channels. A user has one of its own and any number of others, and may do what
 * one of them allows altogether. Changed only before it is shown to anybody, see {@link UserDraft}.
 */
final class Selector {
  private boolean allKeys;
  private boolean allChannels;
  private boolean allCommands;
  private final BitSet commands = new BitSet(CommandRows.COUNT + 1);
  private final List<KeyPattern> keys = new ArrayList<>();
  private final List<Channels> channels = new ArrayList<>();
  /** First arguments with which a command is allowed that is not by itself; by the command's place. */
  private final TreeMap<Integer, List<String>> firstArguments = new TreeMap<>();

  private record Channels(Bytes text, Glob glob) {
    Channels(Bytes text) {
      this(text, new Glob(text.array()));
    }
  }

  Selector copy() {
    Selector copy = new Selector();
    copy.allKeys = allKeys;
    copy.allChannels = allChannels;
    copy.allCommands = allCommands;
    copy.commands.or(commands);
    copy.keys.addAll(keys);
    copy.channels.addAll(channels);
    firstArguments.forEach((place, words) -> copy.firstArguments.put(place, new ArrayList<>(words)));
    return copy;
  }

  void allowAllKeys() {
    allKeys = true;
    keys.clear();
  }

  void resetKeys() {
    allKeys = false;
    keys.clear();
  }

  boolean hasAllKeys() {
    return allKeys;
  }

  void allowKeys(Bytes pattern, boolean reads, boolean writes) {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).text().equals(pattern)) {
        keys.set(i, keys.get(i).and(reads, writes));
        return;
      }
    }
    keys.add(new KeyPattern(pattern, reads, writes));
  }

  void allowAllChannels() {
    allChannels = true;
    channels.clear();
  }

  void resetChannels() {
    allChannels = false;
    channels.clear();
  }

  boolean hasAllChannels() {
    return allChannels;
  }

  void allowChannels(Bytes pattern) {
    if (channels.stream().noneMatch(known -> known.text.equals(pattern))) {
      channels.add(new Channels(pattern));
    }
  }

  void allowAllCommands() {
    commands.set(0, CommandRows.COUNT + 1);
    allCommands = true;
    firstArguments.clear();
  }

  void forbidAllCommands() {
    commands.clear();
    allCommands = false;
    firstArguments.clear();
  }

  void change(Command command, boolean allow) {
    change(CommandRows.place(command), allow);
    command.subCommands().forEach(sub -> setBit(CommandRows.place(sub), allow));
  }

  void change(SubCommand subCommand, boolean allow) {
    change(CommandRows.place(subCommand), allow);
  }

  private void change(int place, boolean allow) {
    setBit(place, allow);
    firstArguments.remove(place);
  }

  private void setBit(int place, boolean allow) {
    commands.set(place, allow);
    allCommands &= allow;
  }

  /** A command with all its sub-commands; then those sub-commands that are in the category themselves. */
  void change(Category category, boolean allow) {
    for (CommandRows.Row row : CommandRows.ALL) {
      if (row.isIn(category)) {
        change(row, allow);
      }
    }
  }

  void change(CommandRows.Row row, boolean allow) {
    change(row.place(), allow);
    if (row.parent() < 0) {
      CommandRows.ALL.stream().filter(sub -> sub.parent() == row.place())
          .forEach(sub -> setBit(sub.place(), allow));
    }
  }

  void allowFirstArgument(Command command, String word) {
    List<String> words = firstArguments.computeIfAbsent(CommandRows.place(command),
        place -> new ArrayList<>());
    if (words.stream().noneMatch(word::equalsIgnoreCase)) {
      words.add(word);
    }
  }

  boolean mayRun(int place) {
    return commands.get(place);
  }

  boolean hasEveryRight() {
    return allCommands && allKeys && allChannels;
  }

  boolean readsAllKeys() {
    return allKeys || keys.stream().anyMatch(KeyPattern::readsAll);
  }

  List<KeyPattern> keys() {
    return keys;
  }

  List<Bytes> channels() {
    return channels.stream().map(Channels::text).toList();
  }

  List<String> firstArguments(int place) {
    return firstArguments.getOrDefault(place, List.of());
  }

  /** Null when it may run. The request's command is known; keys and channels that are not there are not judged. */
  @Nullable
  Denial denial(Request request, Command command, @Nullable SubCommand subCommand) {
    if (!allCommands && !mayRun(request, command, subCommand)) {
      return new Denial(Denial.Reason.COMMAND, 0);
    }
    if (!allKeys) {
      for (KeyFinder.Key key : KeyFinder.keys(request)) {
        if (key.position() >= request.size()) {
          continue;
        }
        byte[] name = request.arg(key.position());
        if (keys.stream().noneMatch(pattern -> pattern.admits(name, key.access()))) {
          return new Denial(Denial.Reason.KEY, key.position());
        }
      }
    }
    return allChannels ? null : channelDenial(request, command);
  }

  private boolean mayRun(Request request, Command command, @Nullable SubCommand subCommand) {
    CommandSpec spec = subCommand == null ? command.spec() : subCommand.spec();
    int place = subCommand == null ? CommandRows.place(command) : CommandRows.place(subCommand);
    if (mayRun(place) || spec.flags().contains(Flag.NO_AUTH)) {
      return true;
    }
    List<String> words = firstArguments.get(place);
    if (words == null || request.size() < 2) {
      return false;
    }
    String first = CStrings.text(request.arg(1));
    return words.stream().anyMatch(first::equalsIgnoreCase);
  }

  private @Nullable Denial channelDenial(Request request, Command command) {
    return switch (command) {
      case SUBSCRIBE, SSUBSCRIBE -> channelDenial(request, request.size(), false);
      case PSUBSCRIBE -> channelDenial(request, request.size(), true);
      case PUBLISH, SPUBLISH -> channelDenial(request, Math.min(2, request.size()), false);
      default -> null;
    };
  }

  private @Nullable Denial channelDenial(Request request, int end, boolean patterns) {
    for (int i = 1; i < end; i++) {
      if (!admitsChannel(request.arg(i), patterns)) {
        return new Denial(Denial.Reason.CHANNEL, i);
      }
    }
    return null;
  }

  /** @param pattern it is one of PSUBSCRIBE: allowed only as it stands */
  boolean admitsChannel(byte[] name, boolean pattern) {
    if (allChannels) {
      return true;
    }
    Bytes text = Bytes.of(name);
    return channels.stream()
        .anyMatch(each -> pattern ? each.text.equals(text) : each.glob.matches(name));
  }
}
