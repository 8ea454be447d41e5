package io.pika.node.acl;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Category;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.CommandSpec;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What ACL GETUSER, LIST, DRYRUN and CAT say, as acl.c of Redis 7.0. */
public final class UserReplies {
  private UserReplies() {}

  /** GETUSER. */
  public static Reply details(User user, Passwords passwords) {
    List<Reply> fields = new ArrayList<>();
    fields.add(Reply.bulk("flags"));
    fields.add(Reply.set(user.flags().words().stream().map(Reply::bulk).toList()));
    fields.add(Reply.bulk("passwords"));
    fields.add(Reply.array(
        user.passwordHashes().stream().map(passwords::shown).map(Reply::bulk).toList()));
    fields.addAll(rights(user.root()));
    fields.add(Reply.bulk("selectors"));
    fields.add(Reply.array(
        user.selectors().stream().skip(1).map(selector -> Reply.map(rights(selector))).toList()));
    return Reply.map(fields);
  }

  private static List<Reply> rights(Selector selector) {
    return List.of(Reply.bulk("commands"), joined(RuleWords.commands(selector)), Reply.bulk("keys"),
        joined(RuleWords.keys(selector)), Reply.bulk("channels"), joined(RuleWords.channels(selector)));
  }

  private static Reply joined(List<Bytes> words) {
    return Reply.bulk(line(words));
  }

  private static byte[] line(List<Bytes> words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < words.size(); i++) {
      if (i > 0) {
        out.write(' ');
      }
      out.writeBytes(words.get(i).array());
    }
    return out.toByteArray();
  }

  /** A line of LIST. */
  public static Reply line(String name, User user, Passwords passwords) {
    List<Bytes> words = new ArrayList<>();
    words.add(Bytes.of("user"));
    words.add(Bytes.of(name));
    user.flags().words().forEach(word -> words.add(Bytes.of(word)));
    user.passwordHashes().forEach(hash -> words.add(Bytes.of("#" + passwords.shown(hash))));
    for (Selector selector : user.selectors()) {
      List<Bytes> rights = RuleWords.words(selector);
      if (selector == user.root()) {
        words.addAll(rights);
      } else {
        words.add(Bytes.of(CStrings.bytes("(" + CStrings.text(line(rights)) + ")")));
      }
    }
    return Reply.bulk(line(words));
  }

  /** DRYRUN of a command that begins at an argument. @param user null: there is none of that name */
  public static Reply dryRun(@Nullable User user, Request request) {
    if (user == null) {
      return quoting("ERR User '", request.arg(2), "' not found");
    }
    byte[][] words = new byte[request.size() - 3][];
    Arrays.setAll(words, i -> request.arg(i + 3));
    Request tried = Request.of(words);
    Command command = tried.command();
    SubCommand subCommand = tried.subCommand();
    if (command == null
        || subCommand == null && tried.size() > 1 && !command.subCommands().isEmpty()) {
      return quoting("ERR Command '", request.arg(3), "' not found");
    }
    CommandSpec spec = subCommand == null ? command.spec() : subCommand.spec();
    if (!spec.hasArity(tried.size())) {
      return Reply.wrongArity(spec.redisName());
    }
    Denial denial = user.denial(tried);
    if (denial == null) {
      return Reply.OK;
    }
    return Reply.bulk(switch (denial.reason()) {
      case COMMAND ->
        CStrings.bytes("This user has no permissions to run the '" + spec.redisName() + "' command");
      case KEY -> quoted("This user has no permissions to access the '", words[denial.position()], "' key");
      case CHANNEL ->
        quoted("This user has no permissions to access the '", words[denial.position()], "' channel");
    });
  }

  private static Reply quoting(String before, byte[] word, String after) {
    return Reply.error(quoted(before, word, after));
  }

  private static byte[] quoted(String before, byte[] word, String after) {
    return CStrings.bytes(before + CStrings.text(word) + after);
  }

  /** CAT without a category. */
  public static Reply categories() {
    return Reply.array(Arrays.stream(Category.values())
        .map(category -> Reply.bulk(category.name().toLowerCase(Locale.ROOT))).toList());
  }

  /** CAT of one. */
  public static Reply commandsOf(byte[] name) {
    for (Category category : Category.values()) {
      if (category.name().equalsIgnoreCase(CStrings.text(name))) {
        return Reply.array(CommandRows.ALL.stream().filter(row -> row.isIn(category))
            .map(row -> Reply.bulk(row.spec().redisName())).toList());
      }
    }
    String shown = CStrings.text(name);
    throw new RefusalException(Reply.error(CStrings
        .bytes("ERR Unknown category '" + shown.substring(0, Math.min(128, shown.length())) + "'")));
  }

  /** Why a request was not carried out. */
  public static Reply.Err refusal(Denial denial, Request request) {
    return switch (denial.reason()) {
      case COMMAND ->
        Reply.error("NOPERM this user has no permissions to run the '" + name(request) + "' command");
      case KEY ->
        Reply.error("NOPERM this user has no permissions to access one of the keys used as arguments");
      case CHANNEL ->
        Reply.error("NOPERM this user has no permissions to access one of the channels used as arguments");
    };
  }

  /** The same at EXEC, for what was allowed when it was queued. */
  public static Reply.Err refusalAtExec(Denial denial) {
    String reason = switch (denial.reason()) {
      case COMMAND -> "no permission to execute the command or subcommand";
      case KEY -> "no permission to touch the specified keys";
      case CHANNEL -> "no permission to access one of the channels used as arguments to the command";
    };
    return Reply.error(
        "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call."
            + " This command is no longer allowed for the following reason: " + reason);
  }

  /** The same for what a script calls. */
  public static String refusalInScript(Denial denial) {
    return "ERR The user executing the script can't " + switch (denial.reason()) {
      case COMMAND -> "run this command or subcommand";
      case KEY -> "access at least one of the keys mentioned in the command arguments";
      case CHANNEL -> "publish to the channel mentioned in the command";
    };
  }

  /** Of the command or sub-command: what the log is told as its object. */
  public static String name(Request request) {
    Command command = request.command();
    SubCommand subCommand = request.subCommand();
    return subCommand != null ? subCommand.redisName() : command == null ? "" : command.redisName();
  }
}
