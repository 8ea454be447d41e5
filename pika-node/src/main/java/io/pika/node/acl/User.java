package io.pika.node.acl;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.StoredUser;
import io.pika.node.acl.UserFlags.Sanitizing;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A user, ready to judge requests. Immutable; any thread. */
public final class User {
  private final UserFlags flags;
  private final List<String> passwordHashes;
  private final List<Selector> selectors;
  private final boolean everything;

  /** @param selectors its own rights first; nobody changes them any more */
  User(UserFlags flags, List<String> passwordHashes, List<Selector> selectors) {
    this.flags = flags;
    this.passwordHashes = List.copyOf(passwordHashes);
    this.selectors = List.copyOf(selectors);
    this.everything = selectors.stream().anyMatch(Selector::hasEveryRight);
  }

  /** Who may do everything: a table's own password gives these rights. */
  public static User unlimited(List<String> passwordHashes) {
    Selector everything = new Selector();
    everything.allowAllKeys();
    everything.allowAllChannels();
    everything.allowAllCommands();
    return new User(UserFlags.NEW.enabled(true).anyPassword(passwordHashes.isEmpty()), passwordHashes,
        List.of(everything));
  }

  /** As the manager keeps it. Words that this version does not know (commands of a newer one) are left out. */
  public static User of(StoredUser stored) {
    UserDraft draft = new UserDraft();
    for (Bytes rule : stored.rules()) {
      draft.applyKnown(rule.array());
    }
    return draft.user(stored);
  }

  /** For the manager: what {@link #of} makes the same user from. */
  public StoredUser stored() {
    List<Bytes> rules = new ArrayList<>();
    if (flags.sanitizing() != Sanitizing.NOT_SAID) {
      rules.add(Bytes.of(flags.sanitizing().word));
    }
    rules.addAll(RuleWords.storedWords(root()));
    selectors.stream().skip(1)
        .forEach(each -> rules.add(RuleWords.inParentheses(RuleWords.storedWords(each))));
    return new StoredUser(flags.enabled(), flags.anyPassword(), passwordHashes, rules);
  }

  public boolean isEnabled() { return flags.enabled(); }

  /** Whatever password is right. */
  public boolean takesAnyPassword() {
    return flags.anyPassword();
  }

  public List<String> passwordHashes() {
    return passwordHashes;
  }

  UserFlags flags() {
    return flags;
  }

  /** Its own rights. */
  Selector root() {
    return selectors.getFirst();
  }

  List<Selector> selectors() {
    return selectors;
  }

  /** Null when it may run the request, whose command is known; arguments that are missing are not judged. */
  public @Nullable Denial denial(Request request) {
    Command command = request.command();
    if (everything || command == null) {
      return null;
    }
    SubCommand subCommand = request.subCommand();
    Denial chosen = new Denial(Denial.Reason.COMMAND, 0);
    for (Selector selector : selectors) {
      Denial denial = selector.denial(request, command, subCommand);
      if (denial == null) {
        return null;
      }
      int more = denial.reason().compareTo(chosen.reason());
      if (more > 0 || more == 0 && denial.position() > chosen.position()) {
        chosen = denial;
      }
    }
    return chosen;
  }

  /** By the same set of rights that allows the request. */
  boolean mayReadEveryKey(Request request) {
    Command command = request.command();
    SubCommand subCommand = request.subCommand();
    return everything || command != null && selectors.stream().anyMatch(
        selector -> selector.readsAllKeys() && selector.denial(request, command, subCommand) == null);
  }

  /** Every command, on every key and channel. */
  public boolean mayDoEverything() {
    return everything;
  }

  /** Whether it may stay subscribed. @param pattern it is one of PSUBSCRIBE */
  public boolean maySubscribe(byte[] name, boolean pattern) {
    return everything || selectors.stream().anyMatch(selector -> selector.admitsChannel(name, pattern));
  }
}
