package io.pika.node.acl;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Category;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.SubCommand;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One word on commands, keys or channels, as ACLSetSelector of Redis takes it. */
final class SelectorRules {
  private SelectorRules() {}

  static void apply(Selector selector, byte[] rule) throws RuleException {
    String text = CStrings.text(rule);
    switch (text.toLowerCase(Locale.ROOT)) {
      case "allkeys", "~*" -> selector.allowAllKeys();
      case "resetkeys" -> selector.resetKeys();
      case "allchannels", "&*" -> selector.allowAllChannels();
      case "resetchannels" -> selector.resetChannels();
      case "allcommands", "+@all" -> selector.allowAllCommands();
      case "nocommands", "-@all" -> selector.forbidAllCommands();
      default -> applySigned(selector, rule, text);
    }
  }

  private static void applySigned(Selector selector, byte[] rule, String text) throws RuleException {
    char sign = text.isEmpty() ? ' ' : text.charAt(0);
    switch (sign) {
      case '~', '%' -> keys(selector, rule);
      case '&' -> channels(selector, rule);
      case '+', '-' -> {
        if (text.startsWith("@", 1)) {
          selector.change(category(text.substring(2)), sign == '+');
        } else if (sign == '-') {
          forbid(selector, text.substring(1));
        } else {
          allow(selector, text.substring(1));
        }
      }
      default -> throw new RuleException(RuleException.SYNTAX);
    }
  }

  private static void keys(Selector selector, byte[] rule) throws RuleException {
    if (selector.hasAllKeys()) {
      throw new RuleException(RuleException.ALL_KEYS);
    }
    boolean reads = rule[0] == '~';
    boolean writes = reads;
    int at = 1;
    boolean inSigns = rule[0] == '%';
    while (inSigns && at < rule.length) {
      char sign = (char) rule[at++];
      if (sign == '~') {
        inSigns = false;
      } else if ((sign == 'R' || sign == 'r') && !reads) {
        reads = true;
      } else if ((sign == 'W' || sign == 'w') && !writes) {
        writes = true;
      } else {
        throw new RuleException(RuleException.SYNTAX);
      }
    }
    byte[] pattern = Arrays.copyOfRange(rule, at, rule.length);
    if (!reads && !writes || CStrings.hasSpaces(pattern)) {
      throw new RuleException(RuleException.SYNTAX);
    }
    selector.allowKeys(Bytes.of(pattern), reads, writes);
  }

  private static void channels(Selector selector, byte[] rule) throws RuleException {
    if (selector.hasAllChannels()) {
      throw new RuleException(RuleException.ALL_CHANNELS);
    }
    byte[] pattern = Arrays.copyOfRange(rule, 1, rule.length);
    if (CStrings.hasSpaces(pattern)) {
      throw new RuleException(RuleException.SYNTAX);
    }
    selector.allowChannels(Bytes.of(pattern));
  }

  private static Category category(String name) throws RuleException {
    for (Category category : Category.values()) {
      if (category.name().equalsIgnoreCase(name)) {
        return category;
      }
    }
    throw new RuleException(RuleException.UNKNOWN);
  }

  private static void forbid(Selector selector, String name) throws RuleException {
    if (name.indexOf('|') < 0) {
      selector.change(known(CommandRows.command(CStrings.bytes(name))), false);
    } else {
      selector.change(known(CommandRows.subCommand(name)), false);
    }
  }

  private static void allow(Selector selector, String name) throws RuleException {
    int bar = name.lastIndexOf('|');
    if (bar < 0) {
      selector.change(known(CommandRows.command(CStrings.bytes(name))), true);
      return;
    }
    String before = name.substring(0, bar);
    if (before.indexOf('|') >= 0) {
      known(CommandRows.subCommand(before));
      throw new RuleException(RuleException.FIRST_ARGUMENT);
    }
    Command command = known(CommandRows.command(CStrings.bytes(before)));
    if (bar == name.length() - 1) {
      throw new RuleException(RuleException.SYNTAX);
    }
    if (command.subCommands().isEmpty()) {
      selector.allowFirstArgument(command, name.substring(bar + 1));
    } else {
      selector.change(known(CommandRows.subCommand(name)), true);
    }
  }

  private static Command known(@Nullable Command command) throws RuleException {
    if (command == null) {
      throw new RuleException(RuleException.UNKNOWN);
    }
    return command;
  }

  private static SubCommand known(@Nullable SubCommand subCommand) throws RuleException {
    if (subCommand == null) {
      throw new RuleException(RuleException.UNKNOWN);
    }
    return subCommand;
  }
}
